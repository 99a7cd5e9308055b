-- All events up to a time of the sessions that a user had at that time: those created by then and not
-- removed. The columns of read_committed_log.sql, session after session, each in order.
--
--   $1  owner  text
--   $2  at     timestamptz

select event.epoch, event.transaction_id, event.position, event.stream_id, event.owner, event.version,
       event.recorded_at, event.command_id, event.type, event.schema, event.data, event.metadata
from (
    select session
    from read_models.audit_trail
    where owner = $1
      and at <= $2
      and type in ('session_created', 'session_deleted')
    group by session
    having count(*) = 1
) as living
join event_store.events as event
  on event.stream_id = living.session and event.owner = $1
where event.recorded_at <= $2
order by event.stream_id, event.version
