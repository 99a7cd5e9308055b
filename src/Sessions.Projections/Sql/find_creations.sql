-- The first events of sessions: the columns of read_committed_log.sql.
--
-- They are looked up one by one, by the whole key: for a join, a plan made for an empty table would scan the whole index.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

select epoch, transaction_id, position, stream_id, owner, version, recorded_at, command_id, type, schema, data, metadata
from unnest($1, $2) as asked (asked_stream, asked_owner)
cross join lateral (
    select *
    from event_store.events
    where stream_id = asked_stream
      and owner = asked_owner
      and version = 1
    offset 0
) as creation
