-- How many rows the audit trail has.

select count(*)
from read_models.audit_trail
