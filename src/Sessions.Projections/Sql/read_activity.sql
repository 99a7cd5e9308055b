-- The counts of each minute in which anything happened, oldest first, and how many sessions were alive at its
-- end: those created by then and not yet removed.
--
--   $1  from       timestamptz  the first minute, or a time in it
--   $2  to         timestamptz  before this minute
--   $3  count_max  integer

select minute, created, canceled, failed, expired_idle, expired_complete, expired_lifetime, deleted, transfers, bytes, alive
from (
    select *, (sum(created - deleted) over (order by minute))::bigint as alive
    from read_models.activity
    where minute < $2
) as minute
where minute >= date_trunc('minute', $1, 'UTC')
order by minute
limit $3
