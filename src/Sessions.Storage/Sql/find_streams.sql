-- The owners of the streams that have this id: one, unless the data was tampered with.
--
--   $1  stream_id  uuid

select distinct owner
from event_store.events
where stream_id = $1
order by owner
