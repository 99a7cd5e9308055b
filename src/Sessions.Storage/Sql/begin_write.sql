-- What holds until a write of commands ends. It waits for no lock longer than this, for commands of other sessions wait
-- behind; and it hears when somebody cancels its wait for a standby, which PostgreSQL only warns of.
--
--   $1  lock_timeout  text

select set_config('lock_timeout', $1, true),
       set_config('client_min_messages', 'warning', true)
