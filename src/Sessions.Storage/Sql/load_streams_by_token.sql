-- The streams that were created with these client tokens, each with the place of who asked for it.
--
--   $1  owner         text[]
--   $2  client_token  uuid[]

select asked.place, stream.stream_id, stream.version, stream.snapshot_schema, stream.snapshot, stream.origin
from unnest($1, $2) with ordinality as asked (owner, client_token, place)
join event_store.streams as stream
  on stream.owner = asked.owner
 and stream.client_token = asked.client_token
