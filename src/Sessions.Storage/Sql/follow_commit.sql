-- Makes a commit after those whose outcome is investigated. When synchronous standbys have confirmed it, they have the
-- earlier ones as well. A read waits for no standby, and neither does a transaction that has an id and writes nothing.

select pg_logical_emit_message(true, 'sessions', '')
