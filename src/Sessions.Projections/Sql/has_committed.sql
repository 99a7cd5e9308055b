-- Whether a transaction has committed; false, too, when it is so long ago that nobody can tell.
--
--   $1  transaction_id  xid8

select pg_xact_status($1) is not distinct from 'committed'
