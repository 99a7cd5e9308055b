-- How many messages have been given up.

select count(*)
from event_store.dead_letters
