-- The next matching events of the audit trail, newest first: the columns of read_committed_log.sql, which are null if
-- the log no longer has the event, and then those of the trail.
--
-- PostgreSQL plans the statement again for each call, and drops the conditions of filters that are null: see
-- AuditQueries.
--
--   $1   at         timestamptz  of the last event that the reader has seen; null at the beginning
--   $2   number     bigint       likewise
--   $3   from       timestamptz  or null, as all that follow
--   $4   to         timestamptz
--   $5   owner      text
--   $6   actor      text
--   $7   on_others  boolean      whether the actor acted on another's session
--   $8   session    uuid
--   $9   item       uuid
--   $10  type       text
--   $11  reason     text
--   $12  address    text         earlier servers recorded IPv4 addresses in their IPv6-mapped form
--   $13  trace      uuid
--   $14  count_max  integer

select event.epoch, event.transaction_id, event.position, event.stream_id, event.owner, event.version,
       event.recorded_at, event.command_id, event.type, event.schema, event.data, event.metadata,
       trail.number, trail.at, trail.session, trail.item, trail.trace, trail.version, trail.owner, trail.type, trail.actor,
       trail.reason, trail.address
from (
    select number, at, session, item, trace, version, owner, type, actor, reason, address
    from read_models.audit_trail
    where ($1::timestamptz is null or (at, number) < ($1, $2))
      and ($3::timestamptz is null or at >= $3)
      and ($4::timestamptz is null or at < $4)
      and ($5::text is null or owner = $5)
      and ($6::text is null or actor = $6)
      and ($7::boolean is null or (actor <> owner) = $7)
      and ($8::uuid is null or session = $8)
      and ($9::uuid is null or item = $9)
      and ($10::text is null or type = $10)
      and ($11::text is null or reason = $11)
      and ($12::text is null or address = $12 or address = '::ffff:' || $12)
      and ($13::uuid is null or trace = $13)
    order by at desc, number desc
    limit $14
) as trail
left join event_store.events as event
  on event.stream_id = trail.session and event.owner = trail.owner and event.version = trail.version
order by trail.at desc, trail.number desc
