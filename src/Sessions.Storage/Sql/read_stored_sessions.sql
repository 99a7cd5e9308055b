-- Everything stored about sessions besides their events: a row for each, in the order of the arrays.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

select stream.version, stream.snapshot_schema, stream.snapshot, stream.origin, stream.client_token,
       message.kind, message.due_at, message.attempts, letter.stream_id is not null, clock_timestamp()
from unnest($1, $2) with ordinality as asked (stream_id, owner, place)
left join event_store.streams as stream
  on stream.stream_id = asked.stream_id and stream.owner = asked.owner
left join event_store.scheduled_messages as message
  on message.stream_id = asked.stream_id and message.owner = asked.owner
left join event_store.dead_letters as letter
  on letter.stream_id = asked.stream_id and letter.owner = asked.owner
order by asked.place
