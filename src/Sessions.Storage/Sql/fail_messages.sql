-- Puts failed messages aside: each is due again after a pause that doubles, or becomes a dead letter. The pause is
-- doubled as a number, because an interval would overflow for a message that has failed often. A message that is not as
-- it was taken was put aside by another pass or rewritten meanwhile, and is left alone.
--
--   $1  stream_id      uuid[]
--   $2  owner          text[]
--   $3  attempts       smallint[]     of the message, as it was taken
--   $4  due_at         timestamptz[]  of the message, as it was taken
--   $5  error          text[]
--   $6  attempts_max   integer
--   $7  backoff        interval       before the second attempt
--   $8  backoff_max    interval

with failed as (
    update event_store.scheduled_messages as message
    set attempts = message.attempts + 1,
        last_error = failure.error,
        due_at = clock_timestamp() + interval '1 second' * least(
            extract(epoch from $8::interval), extract(epoch from $7::interval)::float8 * power(2, least(message.attempts, 100)))
    from unnest($1, $2, $3, $4, $5) as failure (stream_id, owner, attempts, due_at, error)
    where message.stream_id = failure.stream_id
      and message.owner = failure.owner
      and message.attempts = failure.attempts
      and message.due_at = failure.due_at
    returning message.stream_id, message.owner, message.kind, message.attempts, message.last_error
)

insert into event_store.dead_letters (stream_id, owner, kind, attempts, last_error)
select stream_id, owner, kind, attempts, last_error
from failed
where attempts >= $6
on conflict (stream_id, owner) do update
set died_at = now(),
    kind = excluded.kind,
    attempts = excluded.attempts,
    last_error = excluded.last_error
