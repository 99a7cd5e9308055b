-- The keys of data links, newest first, each with whether it is time for the next one.
--
--   $1  lifetime  interval  how long a key signs

select secret, created_at <= now() - $1 as is_old
from access.link_keys
order by number desc
