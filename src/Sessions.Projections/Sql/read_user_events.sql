-- All events up to a time of the sessions that a user had at that time: those created by then and not removed, as far as
-- the trail has followed the log. Returns the columns of read_committed_log.sql, session by session and in order; then
-- the session, and the version of its first event after that time. If the log has no event of a session up to that time,
-- the event's columns are null.
--
--   $1  owner      text
--   $2  at         timestamptz
--   $3  after      uuid         after this session; null at the beginning
--   $4  count_max  integer      how many sessions at most

select event.epoch, event.transaction_id, event.position, event.stream_id, event.owner, event.version,
       event.recorded_at, event.command_id, event.type, event.schema, event.data, event.metadata,
       living.session, next.version
from (
    select session
    from read_models.audit_trail
    where owner = $1
      and at <= $2
      and type in ('session_created', 'session_deleted')
      and ($3 is null or session > $3)
    group by session
    having count(*) = 1
    order by session
    limit $4
) as living
left join event_store.events as event
  on event.stream_id = living.session and event.owner = $1 and event.recorded_at <= $2
left join lateral (
    select min(version) as version
    from event_store.events
    where stream_id = living.session and owner = $1 and recorded_at > $2
) as next on true
order by living.session, event.version
