-- The owner of the session with this id, for callers who may address all sessions. Events name it where the row is gone.
--
--   $1  stream_id  uuid

(select owner from event_store.streams where stream_id = $1)
union all
(select owner from event_store.events where stream_id = $1 order by version limit 1)
limit 1
