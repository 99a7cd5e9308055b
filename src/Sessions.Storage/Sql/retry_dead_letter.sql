-- Puts a dead letter back on the schedule, due at once, as if it had never failed, and returns how many letters that
-- were. If the session has another message by now, that one stays as it is, and the letter is deleted all the same.
--
--   $1  stream_id  uuid
--   $2  owner      text

with letter as (
    delete from event_store.dead_letters
    where stream_id = $1
      and owner = $2
    returning stream_id, owner, kind
),
put as (
    insert into event_store.scheduled_messages (stream_id, owner, kind, due_at)
    select stream_id, owner, kind, now()
    from letter
    on conflict (stream_id, owner) do nothing
)

select count(*)
from letter
