-- The open transactions that hold the log's readers back and are older than allowed, oldest first.
--
--   $1  age_min  interval

select blocker.pid, blocker.application_name, blocker.age
from (
    select pid, application_name, clock_timestamp() - xact_start as age, backend_xid as xid
    from pg_stat_activity
    where backend_xid is not null
    union all
    select 0, 'prepared transaction ' || gid, clock_timestamp() - prepared, transaction
    from pg_prepared_xacts
) as blocker
where blocker.age > $1
order by age(blocker.xid) desc
