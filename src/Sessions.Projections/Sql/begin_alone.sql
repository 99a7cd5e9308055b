-- Whether nobody else does this at the moment; true until the transaction ends, which writes nothing.
--
--   $1  what  text

select pg_try_advisory_xact_lock(hashtextextended($1, 9))
