-- The next sessions after an address, in the order of their ids, of which anything is stored: a row, an event, a message
-- or a dead letter. A session that has only some of these is found too.
--
-- Returns with each session how many events it and those before it have, by the versions in their rows. The rows are
-- looked up one by one: with a join, a generic plan might read all streams for each page.
--
--   $1  stream_id  uuid
--   $2  owner      text
--   $3  count_max  integer

with stored as (
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
    order by stream_id, owner
    limit $3
)
select stream_id, owner,
       sum(coalesce(
           (select version from event_store.streams
            where streams.stream_id = stored.stream_id and streams.owner = stored.owner),
           1)) over (order by stream_id, owner)
from stored
order by stream_id, owner
