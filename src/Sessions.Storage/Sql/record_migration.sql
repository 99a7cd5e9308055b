-- Records one migration.
--
--   $1  name  text

insert into event_store.migrations (name)
values ($1)
