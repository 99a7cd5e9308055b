-- Moves streams on from the version that was read. A stream that another writer has moved meanwhile
-- is left alone here, and its events then violate their primary key, which undoes the whole batch.
--
-- This statement comes first in a transaction, and is given the streams in the order of their ids: two writers that look
-- the rows up one by one lock them in one order. With another plan they may deadlock: then one of them is undone, and
-- decided again as if it were overtaken.
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
from unnest($1, $2, $3, $4, $6, $7) as changed (stream_id, owner, expected, version, snapshot, gone)
where stream.stream_id = changed.stream_id
  and stream.owner = changed.owner
  and stream.version = changed.expected
