-- Drops a dead letter that is no longer needed: its session is gone, or has another message. The last message of a living
-- session is kept, because the session would never end without one.
--
--   $1  stream_id  uuid
--   $2  owner      text

delete from event_store.dead_letters as letter
where letter.stream_id = $1
  and letter.owner = $2
  and (exists (
           select from event_store.scheduled_messages as message
           where message.stream_id = letter.stream_id and message.owner = letter.owner)
       or not exists (
           select from event_store.streams as stream
           where stream.stream_id = letter.stream_id and stream.owner = letter.owner
             and stream.snapshot -> 'deleted' is null))
