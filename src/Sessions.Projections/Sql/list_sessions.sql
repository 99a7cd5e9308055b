-- The sessions of each of these users, oldest first: one row each, in the order of $1.
--
--   $1  owner    text[]
--   $2  item_id  uuid[]  only sessions on this item; null for all

select array(
    select session_id
    from read_models.session_list as listed
    where listed.owner = asked.owner
      and (asked.item_id is null or listed.item_id = asked.item_id)
    order by session_id
)
from unnest($1, $2) with ordinality as asked (owner, item_id, place)
order by asked.place
