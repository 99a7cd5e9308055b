-- The next sessions of the list, each with whether it has a stream.
--
--   $1  owner       text
--   $2  session_id  uuid
--   $3  count_max   integer

select listed.session_id, listed.owner, stream.stream_id is not null
from (
    select owner, session_id
    from read_models.session_list
    where (owner, session_id) > ($1, $2)
    order by owner, session_id
    limit $3
) as listed
left join event_store.streams as stream
  on stream.stream_id = listed.session_id
 and stream.owner = listed.owner
order by listed.owner, listed.session_id
