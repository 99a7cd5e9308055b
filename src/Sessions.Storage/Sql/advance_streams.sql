-- Advances streams from the version that was read. A stream that another writer has advanced meanwhile is left alone
-- here. Its new events then violate their primary key, which rolls the whole batch back.
--
-- This statement precedes the other writes of its transaction and gets the streams in the order of their ids: two writers
-- that look the rows up one by one lock them in the same order. With another plan they may deadlock: PostgreSQL then
-- rolls one of them back, and its batch is decided again as if another writer had been first.
-- A deleted session gives up its client token and its origin: the rest of the row is short, and fits into its page. The
-- events keep both.
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
