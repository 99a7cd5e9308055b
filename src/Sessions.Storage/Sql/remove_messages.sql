-- Removes the messages of sessions for which nothing is left to do, dead letters included.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

with gone as (
    select * from unnest($1, $2) as removed (stream_id, owner)
),

buried as (
    delete from event_store.dead_letters as letter
    using gone
    where letter.stream_id = gone.stream_id
      and letter.owner = gone.owner
)

delete from event_store.scheduled_messages as message
using gone
where message.stream_id = gone.stream_id
  and message.owner = gone.owner
