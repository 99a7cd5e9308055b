-- The logins behind these tokens that have not lapsed, each with its token's place in the array.
--
--   $1  token_hash     bytea[]
--   $2  note_lifetime  interval  how long a login lives after its last noted use
--   $3  slack          interval  how stale that note may be

select asked.place, session.user_name, session.created_at, session.last_accessed_at,
       session.last_accessed_at < now() - $3 as is_stale
from unnest($1) with ordinality as asked (token_hash, place)
join access.api_sessions as session
  on session.token_hash = asked.token_hash
where session.last_accessed_at > now() - $2
