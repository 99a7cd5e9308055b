-- Claims a piece of work; false if another transaction has claimed it. The claim lasts until this transaction ends, which
-- writes nothing and may be idle for as long as the work takes.
--
--   $1  what  text

select pg_try_advisory_xact_lock(hashtextextended($1, 9))
from set_config('idle_in_transaction_session_timeout', '0', true)
