-- How far the drift watch is, how long ago its last turn was, and what it has found: one row for each of the oldest
-- findings, or a single row with nulls if there are none.
--
--   $1  count_max  integer

select nullif(watch.checked_at, '-infinity'), watch.rounds, watch.streams,
       (select count(*) from event_store.drift),
       clock_timestamp() - coalesce(nullif(watch.checked_at, '-infinity'), (select max(began_at) from event_store.epochs)),
       drift.session_id, drift.owner, drift.kind, drift.says, drift.found_at
from event_store.drift_watch as watch
left join (
    select * from event_store.drift order by found_at, session_id, kind limit $1
) as drift on true
order by drift.found_at, drift.session_id, drift.kind
