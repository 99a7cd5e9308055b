-- Deletes a login.
--
--   $1  token_hash  bytea

delete from access.api_sessions
where token_hash = $1
