-- How many sessions each of these owners has: one row each, none for an owner without any.
--
--   $1  owner  text[]

select owner, count(*)
from read_models.session_list
where owner = any($1)
group by owner
