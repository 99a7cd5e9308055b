-- The place of the newest event, whether or not it can be read yet.

select epoch, transaction_id, position
from event_store.events
order by epoch desc, transaction_id desc, position desc
limit 1
