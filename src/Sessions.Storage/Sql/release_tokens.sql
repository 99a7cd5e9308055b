-- Clears the client tokens in streams' rows that differ from what the events say. A token that belongs to another session
-- becomes free for it, and one that belongs to none leads nowhere any more.
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
