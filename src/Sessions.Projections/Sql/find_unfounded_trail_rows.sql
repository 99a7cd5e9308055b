-- Rows of the audit trail that belong to no event, or to an event that already has an earlier row.
--
--   $1  followed  bigint  the number of the last event that the trail has followed

select number, session, version, owner
from (
    select trail.number, trail.session, trail.version, trail.owner,
           event.stream_id is not null as is_founded,
           row_number() over (partition by trail.session, trail.owner, trail.version order by trail.number) as turn
    from read_models.audit_trail as trail
    left join event_store.events as event
      on event.stream_id = trail.session
     and event.owner = trail.owner
     and event.version = trail.version
     and event.recorded_at = trail.at
) as ordered
where number not between 1 and $1
   or not is_founded
   or turn > 1
order by number
