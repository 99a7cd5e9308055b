-- Fails with a serialization failure if one of these owners has more sessions than he may.
--
--   $1  owner         text[]   in no order
--   $2  sessions_max  integer

select read_models.check_session_limit($1, $2)
