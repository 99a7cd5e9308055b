-- Notes that these logins are in use, now and then and not at every call.
--
--   $1  token_hash  bytea[]
--   $2  slack       interval  how stale the note may be

update access.api_sessions as session
set last_accessed_at = now()
from (
    select token_hash
    from access.api_sessions
    where token_hash = any($1)
      and last_accessed_at < now() - $2
    order by token_hash
    for no key update skip locked
) as used
where session.token_hash = used.token_hash
