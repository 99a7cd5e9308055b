-- Sessions that have been created. Adding one twice does nothing, so a replay may overlap.
--
--   $1  owner       text[]
--   $2  session_id  uuid[]
--   $3  item_id     uuid[]

insert into read_models.session_list (owner, session_id, item_id)
select *
from unnest($1, $2, $3)
on conflict do nothing
