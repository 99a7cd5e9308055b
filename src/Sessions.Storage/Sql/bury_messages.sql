-- Removes those of these messages that have failed for the last time: fail_messages has put them into dead_letters.
--
--   $1  stream_id     uuid[]
--   $2  owner         text[]
--   $3  attempts_max  integer

delete from event_store.scheduled_messages as message
using unnest($1, $2) as failed (stream_id, owner)
where message.stream_id = failed.stream_id
  and message.owner = failed.owner
  and message.attempts >= $3
