-- Takes the messages that are due, oldest first, together with their streams.
--
-- Rows that somebody else is working on are left for the next pass, so workers and commands never
-- wait for each other. now() is the transaction's start: due is what was due then, never early.
--
--   $1  count_max  integer

select message.stream_id, message.owner, message.kind, message.attempts,
       stream.version, stream.snapshot_schema, stream.snapshot, stream.origin,
       message.due_at
from event_store.scheduled_messages as message
join event_store.streams as stream
  on stream.stream_id = message.stream_id
 and stream.owner = message.owner
where message.due_at <= now()
order by message.due_at
limit $1
for no key update of message, stream skip locked
