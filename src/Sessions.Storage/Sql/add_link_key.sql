-- Adds the next key of data links, unless the newest still signs.
--
-- Nodes that find a key due at the same time give it the same number: one adds it, and the others find it there.
--
--   $1  secret    bytea
--   $2  lifetime  interval  how long a key signs

insert into access.link_keys (number, secret)
select coalesce(max(number), 0) + 1, $1
from access.link_keys
having coalesce(max(created_at) <= now() - $2, true)
on conflict (number) do nothing
