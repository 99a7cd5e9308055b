-- Removes sessions that were deleted.
--
--   $1  owner       text[]
--   $2  session_id  uuid[]

delete from read_models.session_list as listed
using unnest($1, $2) as gone (owner, session_id)
where listed.owner = gone.owner
  and listed.session_id = gone.session_id
