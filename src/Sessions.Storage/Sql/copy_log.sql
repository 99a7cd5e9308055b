-- The log after a position, in its order, as far as it can no longer change, for COPY in PostgreSQL's own binary form.
-- The first three columns are the event's position. The others, in this order, are its content, over which it is hashed:
-- neither these columns nor their order may ever change.
--
-- Transactions commit in another order than they begin, so events may still appear above the oldest transaction that is
-- open: that part is left out. Earlier epochs are settled.
--
--   the settings of set_log_bounds

select epoch, transaction_id, position,
       recorded_at, stream_id, command_id, version, schema, owner, type, data, metadata
from event_store.events
where (epoch, transaction_id, position) > (
          current_setting('sessions.epoch')::integer,
          current_setting('sessions.transaction_id')::xid8,
          current_setting('sessions.position')::bigint)
  and (epoch, transaction_id, position) <= (
          current_setting('sessions.last_epoch')::integer,
          current_setting('sessions.last_transaction_id')::xid8,
          current_setting('sessions.last_position')::bigint)
  and (transaction_id < (select pg_snapshot_xmin(pg_current_snapshot()))
       or epoch < (select max(epoch) from event_store.epochs))
order by epoch, transaction_id, position
limit nullif(current_setting('sessions.count_max'), '')::bigint
