-- Deletes the logins that have not been used for too long.
--
--   $1  note_lifetime  interval  how long a login lives after its last noted use

delete from access.api_sessions
where last_accessed_at <= now() - $1
