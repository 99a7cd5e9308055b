-- Which of these sessions are listed, and on which item, each with its place in $1.
--
--   $1  session_id  uuid[]
--   $2  owner       text[]

select asked.place, listed.item_id
from unnest($1, $2) with ordinality as asked (session_id, owner, place)
join read_models.session_list as listed
  on listed.owner = asked.owner
 and listed.session_id = asked.session_id
