-- Rewrites the origin of streams that were folded, right after advance_streams. That statement makes the row's snapshot
-- valid again, and with it the row's origin, which the fold did not use.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]
--   $3  version    integer[]  as it was just advanced to
--   $4  origin     json[]

update event_store.streams as stream
set origin = folded.origin
from unnest($1, $2, $3, $4) as folded (stream_id, owner, version, origin)
where stream.stream_id = folded.stream_id
  and stream.owner = folded.owner
  and stream.version = folded.version
