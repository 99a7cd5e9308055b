-- The next turn of the drift watch, if it is due: where to go on, and which sessions with findings to check again.
--
--   $1  interval   interval  since the last turn
--   $2  count_max  integer

select watch.stream_id, watch.owner, watch.listed_id, watch.listed_owner,
       array(select session_id from event_store.drift order by session_id, owner, kind limit $2),
       array(select owner from event_store.drift order by session_id, owner, kind limit $2)
from event_store.drift_watch as watch
where watch.checked_at <= clock_timestamp() - $1
