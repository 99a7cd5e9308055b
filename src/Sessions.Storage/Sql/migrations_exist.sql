-- Whether any migration was ever applied here: the first one creates the table.

select to_regclass('event_store.migrations') is not null
