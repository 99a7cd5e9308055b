-- The next sessions after one, in the order of their ids, of which anything is stored: a row, an event, a
-- message. A session that has only some of these is found too.
--
--   $1  stream_id  uuid
--   $2  owner      text
--   $3  count_max  integer
--
-- Returns with each how many events it and those before it have, as their rows say.

select stream_id, owner,
       sum(coalesce(stream.version, 1)) over (order by stream_id, owner)
from (
    (select stream_id, owner from event_store.streams
     where (stream_id, owner) > ($1, $2) order by stream_id, owner limit $3)
    union
    (select stream_id, owner from event_store.scheduled_messages
     where (stream_id, owner) > ($1, $2) order by stream_id, owner limit $3)
    union
    (select stream_id, owner from event_store.dead_letters
     where (stream_id, owner) > ($1, $2) order by stream_id, owner limit $3)
    union
    (select distinct stream_id, owner from event_store.events
     where (stream_id, owner) > ($1, $2) order by stream_id, owner limit $3)
) as stored
left join event_store.streams as stream using (stream_id, owner)
order by stream_id, owner
limit $3
