-- A row for each requested stream, with its place in the arrays, its columns empty where there is no stream, and the
-- time, taken after the state.
--
-- No lock is taken: a writer that loses a race finds the version taken and decides again.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

select asked.place, stream.stream_id, stream.version, stream.snapshot_schema, stream.snapshot, stream.origin,
       clock_timestamp()
from unnest($1, $2) with ordinality as asked (stream_id, owner, place)
left join event_store.streams as stream
  on stream.stream_id = asked.stream_id
 and stream.owner = asked.owner
