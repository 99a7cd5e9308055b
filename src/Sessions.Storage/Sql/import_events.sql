-- Appends events as they were recorded elsewhere, in the order of the arrays: each with its own time, and data and
-- metadata as they were written. Their positions in the log are new.
--
--   $1  recorded_at  timestamptz[]
--   $2  stream_id    uuid[]
--   $3  owner        text[]
--   $4  version      integer[]
--   $5  command_id   uuid[]
--   $6  type         text[]
--   $7  schema       smallint[]
--   $8  data         json[]
--   $9  metadata     json[]

insert into event_store.events
    (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
select event.recorded_at, event.stream_id, event.owner, event.version, event.command_id, event.type, event.schema,
       event.data, event.metadata
from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) with ordinality
    as event (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata, place)
order by event.place
