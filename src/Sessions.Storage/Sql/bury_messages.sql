-- Removes from the schedule what lies in dead_letters.
--
--   $1  stream_id  uuid
--   $2  owner      text

delete from event_store.scheduled_messages as message
using event_store.dead_letters as letter
where message.stream_id = $1
  and message.owner = $2
  and letter.stream_id = message.stream_id
  and letter.owner = message.owner
