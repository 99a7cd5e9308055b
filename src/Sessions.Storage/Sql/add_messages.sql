-- Adds the first message of new sessions.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]
--   $3  kind       text[]
--   $4  due_at     timestamptz[]

insert into event_store.scheduled_messages (stream_id, owner, kind, due_at)
select *
from unnest($1, $2, $3, $4)
