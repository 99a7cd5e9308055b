-- The dead letters, newest first.
--
--   $1  count_max  integer

select stream_id, owner, kind, attempts, last_error, died_at
from event_store.dead_letters
order by died_at desc
limit $1
