-- Rows of the audit trail by their keys.
--
--   $1  at      timestamptz[]
--   $2  number  bigint[]

select trail.number, session, item, trace, version, owner, type, actor, reason, address
from unnest($1, $2) as asked (at, number)
join read_models.audit_trail as trail
  on trail.at = asked.at
 and trail.number = asked.number
