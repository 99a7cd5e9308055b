-- Remembers a login.
--
--   $1  token_hash  bytea
--   $2  user_name   text

insert into access.api_sessions (token_hash, user_name)
values ($1, $2)
