-- Some events of one stream after a version, in order.
--
--   $1  stream_id  uuid
--   $2  owner      text
--   $3  version    integer
--   $4  count_max  integer

select epoch, transaction_id, position, stream_id, owner, version, recorded_at, command_id, type, schema, data, metadata
from event_store.events
where stream_id = $1
  and owner = $2
  and version > $3
order by version
limit $4
