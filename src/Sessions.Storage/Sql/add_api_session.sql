-- Stores a login.
--
-- Each token is made for one login, so a row that is there already is this same login, stored by an attempt whose answer
-- was lost.
--
--   $1  token_hash  bytea
--   $2  user_name   text

insert into access.api_sessions (token_hash, user_name)
values ($1, $2)
on conflict (token_hash) do nothing
