-- Events ahead of the log, which no writer can have written and no reader has reached: in an epoch that never began, or
-- by a transaction that has not begun. Returns how many there are, and the first of them.

select count(*) over (), stream_id, owner, version, position
from event_store.events
where (epoch, transaction_id) >= (
    select max(epoch), pg_snapshot_xmax(pg_current_snapshot())
    from event_store.epochs)
order by epoch, transaction_id, position
limit 1
