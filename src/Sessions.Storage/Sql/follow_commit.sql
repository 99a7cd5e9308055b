-- A commit after those whose outcome is looked into. When synchronous standbys have confirmed it, they have the earlier
-- ones as well. To look waits for no standby, and neither does a transaction that has an id and writes nothing.

select pg_logical_emit_message(true, 'sessions', '')
