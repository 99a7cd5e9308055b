-- The names of the migrations that this database has, or none before the first.

select name
from event_store.migrations
