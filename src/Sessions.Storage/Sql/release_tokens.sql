-- Takes from streams' rows the client tokens that their events do not give them: what is another's is free again, and what is
-- nobody's leads nowhere.
--
--   $1  stream_id     uuid[]
--   $2  owner         text[]
--   $3  client_token  uuid[]  as the events say; null for none

update event_store.streams as stream
set client_token = null
from unnest($1, $2, $3) as folded (stream_id, owner, client_token)
where stream.stream_id = folded.stream_id
  and stream.owner = folded.owner
  and stream.client_token is distinct from folded.client_token
