-- Whose session an id is, for callers who may address everybody's.
--
--   $1  stream_id  uuid

select owner
from event_store.streams
where stream_id = $1
