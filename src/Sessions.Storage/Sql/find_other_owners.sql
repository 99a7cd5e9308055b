-- One of these sessions whose id has another owner too, in the database or among them; no row if there is none.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

with asked as (
    select * from unnest($1, $2) as one (stream_id, owner)
)
select stream_id
from asked
join (select stream_id, owner from event_store.streams where stream_id = any($1)
      union all
      select stream_id, owner from asked) as there using (stream_id)
where there.owner <> asked.owner
limit 1
