-- The first events of sessions: the columns of read_committed_log.sql.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

select epoch, transaction_id, position, stream_id, owner, version, recorded_at, command_id, type, schema, data, metadata
from unnest($1, $2) as asked (stream_id, owner)
join event_store.events using (stream_id, owner)
where version = 1
