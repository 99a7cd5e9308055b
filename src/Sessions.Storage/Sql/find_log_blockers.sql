-- The open transactions that hold the log's readers back and are older than allowed, oldest first.
--
-- PostgreSQL shows the start of another role's transaction only to roles that may read all statistics. Where it shows
-- none, and the log ends at that transaction, its age is that of the first event waiting behind it.
--
--   $1  age_min  interval

select blocker.pid, blocker.application_name, blocker.age
from (
    select pid, application_name, backend_xid as xid,
           case
               when xact_start is not null then clock_timestamp() - xact_start
               when backend_xid = pg_snapshot_xmin(pg_current_snapshot())::xid then (
                   select clock_timestamp() - recorded_at
                   from event_store.events
                   where epoch = (select max(epoch) from event_store.epochs)
                     and transaction_id >= pg_snapshot_xmin(pg_current_snapshot())
                   order by transaction_id, position
                   limit 1)
           end as age
    from pg_stat_activity
    where backend_xid is not null
    union all
    select 0, 'prepared transaction ' || gid, transaction, clock_timestamp() - prepared
    from pg_prepared_xacts
) as blocker
where blocker.age > $1
order by age(blocker.xid) desc
