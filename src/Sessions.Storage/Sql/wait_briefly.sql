-- Until the transaction ends, it waits for no lock longer than this. The rest of a batch waits meanwhile.
--
-- This is no "set local": PostgreSQL would warn, because the statements of a pipeline are no transaction block.

select set_config('lock_timeout', '20ms', true)
