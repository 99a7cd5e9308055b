-- Moves streams on from the version that was read. A stream that another writer has moved meanwhile
-- is left alone here, and its events then violate their primary key, which undoes the whole batch.
--
-- This statement comes first, and takes the rows in id order if its plan looks them up one by one. Another plan takes them
-- in an order of its own, and two writers may then deadlock: one of them is undone, and decided again as if overtaken.
-- A session that is gone gives its client token free, and its origin: what remains is short, and fits
-- into its page. The events keep it all.
--
--   $1  stream_id        uuid[]
--   $2  owner            text[]
--   $3  expected         integer[]
--   $4  version          integer[]
--   $5  snapshot_schema  smallint
--   $6  snapshot         json[]
--   $7  gone             boolean[]

update event_store.streams as stream
set version = changed.version,
    snapshot_schema = $5,
    snapshot = changed.snapshot,
    client_token = case when changed.gone then null else stream.client_token end,
    origin = case when changed.gone then '{}' else stream.origin end
from (
    select *
    from unnest($1, $2, $3, $4, $6, $7) as change (stream_id, owner, expected, version, snapshot, gone)
    order by change.stream_id
) as changed
where stream.stream_id = changed.stream_id
  and stream.owner = changed.owner
  and stream.version = changed.expected
