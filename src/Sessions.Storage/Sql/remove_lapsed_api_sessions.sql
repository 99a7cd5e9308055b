-- Forgets the logins that nobody has used for too long.
--
--   $1  note_lifetime  interval  how long one counts from the note of its last use

delete from access.api_sessions
where last_accessed_at <= now() - $1
