-- Takes the messages that are due, oldest first, together with their streams.
--
-- Rows that somebody else is working on are left for the next pass, so workers and commands never
-- wait for each other. now() is the transaction's start: due is what was due then, never early.
--
-- A lock follows a row to its newest version, which may be younger than this statement. Whoever wrote that may have the
-- higher transaction id, and what follows it would stand before it in the log: such a stream is left for the next pass
-- too. The version that this statement sees without a lock is the one at its beginning.
--
--   $1  count_max  integer

select taken.*
from (
    select message.stream_id, message.owner, message.kind, message.attempts,
           stream.version, stream.snapshot_schema, stream.snapshot, stream.origin,
           message.due_at
    from event_store.scheduled_messages as message
    join event_store.streams as stream
      on stream.stream_id = message.stream_id
     and stream.owner = message.owner
    where message.due_at <= now()
    order by message.due_at
    for no key update of message, stream skip locked
) as taken
where taken.version = (
    select seen.version
    from event_store.streams as seen
    where seen.stream_id = taken.stream_id
      and seen.owner = taken.owner)
limit $1
