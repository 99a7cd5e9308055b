-- Fails with a serialization failure if one of these owners has more sessions than the limit allows.
--
--   $1  owner         text[]   in any order
--   $2  sessions_max  integer

select read_models.check_session_limit($1, $2)
