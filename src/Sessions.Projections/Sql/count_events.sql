-- How many events there are.

select count(*)
from event_store.events
