-- Writes streams' rows as their events say, unless a writer has advanced a row since it was read.
--
--   $1  stream_id        uuid[]
--   $2  owner            text[]
--   $3  expected         integer[]  the version of the row that was read
--   $4  version          integer[]
--   $5  snapshot_schema  smallint
--   $6  snapshot         json[]
--   $7  origin           json[]
--   $8  client_token     uuid[]

insert into event_store.streams as stream
    (stream_id, owner, version, snapshot_schema, snapshot, origin, client_token)
select folded.stream_id, folded.owner, folded.version, $5, folded.snapshot, folded.origin, folded.client_token
from unnest($1, $2, $3, $4, $6, $7, $8)
    as folded (stream_id, owner, expected, version, snapshot, origin, client_token)
on conflict (stream_id, owner) do update
set version = excluded.version,
    snapshot_schema = excluded.snapshot_schema,
    snapshot = excluded.snapshot,
    origin = excluded.origin,
    client_token = excluded.client_token
where stream.version = (
    select expected
    from unnest($1, $2, $3) as folded (stream_id, owner, expected)
    where folded.stream_id = stream.stream_id and folded.owner = stream.owner)
