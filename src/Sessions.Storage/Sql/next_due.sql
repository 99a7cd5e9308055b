-- How long until the next message that is not due yet, or null when there is none.

select min(due_at) - clock_timestamp()
from event_store.scheduled_messages
where due_at > now()
