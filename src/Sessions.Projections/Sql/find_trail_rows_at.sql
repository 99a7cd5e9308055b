-- Rows of the audit trail at these times, with any numbers: the columns of find_trail_rows.sql.
--
--   $1  at  timestamptz[]

select trail.number, session, item, trace, version, owner, type, actor, reason, address
from read_models.audit_trail as trail
where trail.at = any($1)
order by trail.number
