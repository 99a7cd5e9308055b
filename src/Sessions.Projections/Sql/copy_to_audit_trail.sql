copy read_models.audit_trail (number, at, session, item, trace, version, owner, type, actor, reason, address)
from stdin (format binary)
-- The next events in the log's order, all at once. This comment comes last because Npgsql requires a COPY statement to
-- begin with that word.
