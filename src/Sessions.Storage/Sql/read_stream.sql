-- The events of one stream, in order.
--
--   $1  stream_id  uuid
--   $2  owner      text

select epoch, transaction_id, position, stream_id, owner, version, recorded_at, command_id, type, schema, data, metadata
from event_store.events
where stream_id = $1
  and owner = $2
order by version
