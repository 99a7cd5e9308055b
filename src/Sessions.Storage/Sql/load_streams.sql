-- The streams that are asked for, in the order of asking: a row for each, empty where there is none, and
-- in each the time, taken after the state.
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
