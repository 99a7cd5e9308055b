-- The streams that a batch of commands is about, each with the place of who asked for it.
--
-- No lock is taken: a writer that loses a race finds the version taken and decides again. The time is
-- taken after the state.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

select asked.place, stream.stream_id, stream.version, stream.snapshot_schema, stream.snapshot, stream.origin,
       clock_timestamp()
from unnest($1, $2) with ordinality as asked (stream_id, owner, place)
join event_store.streams as stream
  on stream.stream_id = asked.stream_id
 and stream.owner = asked.owner
