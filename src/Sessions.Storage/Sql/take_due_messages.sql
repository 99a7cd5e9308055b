-- Takes the messages that are due, oldest first, together with their streams.
--
-- Rows that another transaction has locked are left for the next pass, so workers and commands never wait for each other.
-- now() is the transaction's start: only what was due by then is taken, so nothing is taken early.
--
-- A lock follows a row to its newest version, which may be newer than this statement's snapshot. The transaction that
-- wrote it may have a higher id than this one, and the events of this pass would then precede its events in the log. Such
-- a stream is left for the next pass too. The subquery takes no lock, so it sees the version as of the snapshot.
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
