-- Puts a message that failed aside: due again after a while that doubles, or dead.
--
--   $1  stream_id      uuid
--   $2  owner          text
--   $3  error          text
--   $4  attempts_max   integer
--   $5  backoff        interval  before the second attempt
--   $6  backoff_max    interval

with failed as (
    update event_store.scheduled_messages
    set attempts = attempts + 1,
        last_error = $3,
        due_at = clock_timestamp() + least($6, $5 * power(2, attempts))
    where stream_id = $1
      and owner = $2
    returning stream_id, owner, kind, attempts
)

insert into event_store.dead_letters (stream_id, owner, kind, attempts, last_error)
select stream_id, owner, kind, attempts, $3
from failed
where attempts >= $4
on conflict (stream_id, owner) do update
set died_at = now(),
    kind = excluded.kind,
    attempts = excluded.attempts,
    last_error = excluded.last_error
