-- Forgets the logins that nobody has used for too long.
--
--   $1  idle_timeout  interval

delete from access.api_sessions
where last_accessed_at <= now() - $1
