-- Removes from the schedule what of these lies in dead_letters.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

delete from event_store.scheduled_messages as message
using unnest($1, $2) as failed (stream_id, owner)
join event_store.dead_letters as letter using (stream_id, owner)
where message.stream_id = failed.stream_id
  and message.owner = failed.owner
