-- Settings for a write of commands, until its transaction ends. It waits for no lock longer than lock_timeout, because
-- commands of other sessions wait behind it. Warnings are sent, because PostgreSQL only warns when the wait for a standby
-- is canceled.
--
--   $1  lock_timeout  text

select set_config('lock_timeout', $1, true),
       set_config('client_min_messages', 'warning', true)
