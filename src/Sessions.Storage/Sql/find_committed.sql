-- Which of these commands have recorded events, after a connection broke before the answer came. An expiry does not
-- count: a command that meets a lapsed lease records the expiry under its own id, and may then have been refused.
--
--   $1  stream_id   uuid[]
--   $2  owner       text[]
--   $3  command_id  uuid[]

select distinct event.command_id
from unnest($1, $2, $3) as asked (stream_id, owner, command_id)
join event_store.events as event
  on event.stream_id = asked.stream_id
 and event.owner = asked.owner
 and event.command_id = asked.command_id
where event.type <> 'session_expired'
