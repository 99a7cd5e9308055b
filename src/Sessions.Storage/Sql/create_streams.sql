-- Inserts new streams, given in the order of owners and client tokens, so that two writers wait for each other's tokens
-- in the same order. A token that another node has just used violates its unique index, and the batch is decided again.
--
--   $1  stream_id        uuid[]
--   $2  owner            text[]
--   $3  version          integer[]
--   $4  snapshot_schema  smallint
--   $5  snapshot         json[]
--   $6  origin           json[]
--   $7  client_token     uuid[]     null where none was given

insert into event_store.streams
    (stream_id, owner, version, snapshot_schema, snapshot, origin, client_token)
select added.stream_id, added.owner, added.version, $4, added.snapshot, added.origin, added.client_token
from unnest($1, $2, $3, $5, $6, $7) as added (stream_id, owner, version, snapshot, origin, client_token)
