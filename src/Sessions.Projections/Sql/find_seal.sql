-- Whether a seal is there.
--
--   $1  number  bigint
--   $2  hash    bytea

select exists (select from event_store.seals where number = $1 and hash = $2)
