-- Whose session an id is, for callers who may address everybody's. Where its row is gone, its events say it.
--
--   $1  stream_id  uuid

(select owner from event_store.streams where stream_id = $1)
union all
(select owner from event_store.events where stream_id = $1 order by version limit 1)
limit 1
