-- The nodes that have connections to this database, by their application names.

select application_name, count(*)
from pg_stat_activity
where datname = current_database()
  and application_name like 'sessions@%'
  and pid <> pg_backend_pid()
group by application_name
order by application_name
