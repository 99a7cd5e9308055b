-- Everything committed in the log after a position, in its order. Events may still appear in between: only for callers
-- that hold back the writers that matter to them.
--
--   $1  epoch           integer
--   $2  transaction_id  xid8
--   $3  position        bigint

select epoch, transaction_id, position, stream_id, owner, version, recorded_at, command_id, type, schema, data, metadata
from event_store.events
where (epoch, transaction_id, position) > ($1, $2, $3)
order by epoch, transaction_id, position
