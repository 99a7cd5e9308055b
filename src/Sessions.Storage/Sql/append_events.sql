-- Appends events. The primary key (stream, version) is the expected-version check.
--
--   $1  recorded_at  timestamptz  of the whole batch
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
select $1, event.*
from unnest($2, $3, $4, $5, $6, $7, $8, $9)
    as event (stream_id, owner, version, command_id, type, schema, data, metadata)
