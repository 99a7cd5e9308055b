-- The next sessions of the list, each with whether it has a stream. These are looked up one by one: for a join, a plan
-- that is made once might read all streams for each page.
--
--   $1  owner       text
--   $2  session_id  uuid
--   $3  count_max   integer

select session_id, owner,
       (select true from event_store.streams
        where streams.stream_id = listed.session_id and streams.owner = listed.owner) is not null
from (
    select owner, session_id
    from read_models.session_list
    where (owner, session_id) > ($1, $2)
    order by owner, session_id
    limit $3
) as listed
order by owner, session_id
