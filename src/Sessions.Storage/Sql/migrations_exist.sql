-- Whether any migration was ever applied here: the list of them is made with the first.

select to_regclass('event_store.migrations') is not null
