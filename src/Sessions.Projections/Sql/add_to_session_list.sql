-- Adds sessions that were created. One that is already listed is an error: no event comes twice.
--
--   $1  owner       text[]
--   $2  session_id  uuid[]
--   $3  item_id     uuid[]

insert into read_models.session_list (owner, session_id, item_id)
select *
from unnest($1, $2, $3)
