-- The streams that were created with these client tokens, each with its token's place in the arrays.
--
-- Looked up one by one, each by its whole key: with a join, a plan made for an empty table scans the whole index.
--
--   $1  owner         text[]
--   $2  client_token  uuid[]

select asked.place, stream.stream_id, stream.version, stream.snapshot_schema, stream.snapshot, stream.origin
from unnest($1, $2) with ordinality as asked (owner, client_token, place)
cross join lateral (
    select stream_id, version, snapshot_schema, snapshot, origin
    from event_store.streams
    where owner = asked.owner
      and client_token = asked.client_token
    offset 0
) as stream
