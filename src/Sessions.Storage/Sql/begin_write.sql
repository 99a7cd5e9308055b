-- What holds until a write of commands ends. It waits for no lock longer than this, for commands of other sessions wait
-- behind; it hears when somebody cancels its wait for a standby, which PostgreSQL only warns of; and it looks rows up one
-- by one. A plan that was made while a store was new reads whole tables, and is kept until they are next vacuumed: a few
-- sessions that change often fill hundreds of pages in that time.
--
--   $1  lock_timeout  text

select set_config('lock_timeout', $1, true),
       set_config('client_min_messages', 'warning', true),
       set_config('enable_seqscan', 'off', true)
