-- The events of several streams, stream after stream, each in its order.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

select epoch, transaction_id, position, event.stream_id, event.owner, version, recorded_at, command_id, type, schema,
       data, metadata, asked.place
from unnest($1, $2) with ordinality as asked (stream_id, owner, place)
join event_store.events as event
  on event.stream_id = asked.stream_id
 and event.owner = asked.owner
order by asked.place, version
