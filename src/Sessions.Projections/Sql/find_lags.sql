-- How far each follower is behind: one row each, in the order of $1.
--
-- Events above the oldest open transaction are counted too, but cannot be read yet. A pass leaves a checkpoint only at an
-- event or before the first; the last column is true for any other place. Followers at the same place share one count.
-- A damaged time counts as old, because there is nothing to wait for: infinite, or of a year that programs cannot read.
--
--   $1  follower   text[]
--   $2  patience   interval[]  how long each leaves events unprocessed by design
--   $3  count_max  integer     events are counted up to here

with standing as (
    select asked.follower, asked.patience, asked.place,
           coalesce(reached.epoch, 0) as epoch,
           coalesce(reached.transaction_id, '0') as transaction_id,
           coalesce(reached.position, 0) as position,
           coalesce(reached.events, 0) as events
    from unnest($1, $2) with ordinality as asked (follower, patience, place)
    left join read_models.checkpoints as reached using (follower)
),
ahead as materialized (
    select place.*, ahead.*
    from (select distinct epoch, transaction_id, position from standing) as place
    cross join lateral (
        select count(*) as events,
               min(case
                   when recorded_at >= '0001-01-01Z' and recorded_at < '10000-01-01Z' then recorded_at
                   else 'epoch'
               end) as oldest,
               bool_or(event.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
                       or event.epoch < (select max(epoch) from event_store.epochs)) as readable
        from (
            select epoch, transaction_id, recorded_at
            from event_store.events
            where (epoch, transaction_id, position) > (place.epoch, place.transaction_id, place.position)
            order by epoch, transaction_id, position
            limit $3
        ) as event
    ) as ahead
)
select standing.follower, epoch, transaction_id, position, standing.events,
       ahead.events,
       greatest(clock_timestamp() - ahead.oldest - standing.patience, '0'),
       coalesce(ahead.readable, false),
       (epoch, transaction_id, position) <> (0, xid8 '0', 0)
           and not exists (
               select from event_store.events as event
               where event.epoch = ahead.epoch
                 and event.transaction_id = ahead.transaction_id
                 and event.position = ahead.position)
from standing
join ahead using (epoch, transaction_id, position)
order by standing.place
