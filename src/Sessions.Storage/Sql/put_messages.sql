-- Writes the next message of sessions, in place of the one each had. A dead letter is deleted: its session has moved on
-- all the same, and now has the new message.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]
--   $3  kind       text[]
--   $4  due_at     timestamptz[]

with stale as (
    delete from event_store.dead_letters as letter
    using unnest($1, $2) as put (stream_id, owner)
    where letter.stream_id = put.stream_id
      and letter.owner = put.owner
)

insert into event_store.scheduled_messages (stream_id, owner, kind, due_at)
select *
from unnest($1, $2, $3, $4)
on conflict (stream_id, owner) do update
set kind = excluded.kind,
    due_at = excluded.due_at,
    attempts = 0,
    last_error = null
