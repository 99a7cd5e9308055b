-- The log after a position, in its order, as far as it can no longer change.
--
-- Transactions commit in another order than they begin, so what lies above the oldest one still open
-- may yet grow events in between: it is not shown. Of earlier epochs everything is settled.
--
--   $1  epoch           integer
--   $2  transaction_id  xid8
--   $3  position        bigint
--   $4  count_max       integer

select epoch, transaction_id, position, stream_id, owner, version, recorded_at, command_id, type, schema, data, metadata
from event_store.events
where (epoch, transaction_id, position) > ($1, $2, $3)
  and (transaction_id < pg_snapshot_xmin(pg_current_snapshot())
       or epoch < (select max(epoch) from event_store.epochs))
order by epoch, transaction_id, position
limit $4
