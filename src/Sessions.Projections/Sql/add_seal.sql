-- Adds a seal; returns the id of the transaction.
--
--   $1  number                bigint
--   $2  sealed_at             timestamptz
--   $3  first_epoch           integer
--   $4  first_transaction_id  xid8
--   $5  first_position        bigint
--   $6  last_epoch            integer
--   $7  last_transaction_id   xid8
--   $8  last_position         bigint
--   $9  count                 integer
--   $10 previous              bytea
--   $11 digest                bytea
--   $12 hash                  bytea
--   $13 signed_by             bytea   null for no signature
--   $14 signature             bytea
--   $15 entries               bytea

insert into event_store.seals
    (number, sealed_at, first_epoch, first_transaction_id, first_position,
     last_epoch, last_transaction_id, last_position, count, previous, digest, hash, signed_by, signature, entries)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
returning pg_current_xact_id()
