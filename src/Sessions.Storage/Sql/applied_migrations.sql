-- The names of the migrations that this database has.

select name
from event_store.migrations
