-- The sessions of each user who is asked for, oldest first, each with the place of who asked.
--
--   $1  owner    text[]
--   $2  item_id  uuid[]  only sessions on this item; null for all

select asked.place, listed.session_id
from unnest($1, $2) with ordinality as asked (owner, item_id, place),
lateral (
    select session_id
    from read_models.session_list as session
    where session.owner = asked.owner
      and (asked.item_id is null or session.item_id = asked.item_id)
    order by session_id
) as listed
