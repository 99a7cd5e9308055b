-- Who looked at the record, newest first.
--
--   $1  looked_at  timestamptz  of the last look that the reader has seen; null at the beginning
--   $2  number     bigint       likewise
--   $3  user_name  text         or null
--   $4  from       timestamptz  or null
--   $5  to         timestamptz  or null
--   $6  count_max  integer

select looked_at, number, user_name, query, address
from access.audit_looks
where ($1::timestamptz is null or (looked_at, number) < ($1, $2))
  and ($3::text is null or user_name = $3)
  and ($4::timestamptz is null or looked_at >= $4)
  and ($5::timestamptz is null or looked_at < $5)
order by looked_at desc, number desc
limit $6
