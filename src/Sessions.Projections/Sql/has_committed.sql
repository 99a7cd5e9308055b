-- Whether a transaction has committed; also false if it is so old that PostgreSQL no longer knows.
--
--   $1  transaction_id  xid8

select pg_xact_status($1) is not distinct from 'committed'
