-- How far each follower is behind: one row each, in the order of asking.
--
-- What lies above the oldest open transaction is counted too, but cannot be read yet. A follower stands at an event, or
-- before the first: where the log has none, nobody has led it there.
--
--   $1  follower   text[]
--   $2  patience   interval[]  how long each lets events lie by design
--   $3  count_max  integer     events are counted up to here

select asked.follower,
       coalesce(reached.epoch, 0),
       coalesce(reached.transaction_id, '0'),
       coalesce(reached.position, 0),
       coalesce(reached.events, 0),
       ahead.events,
       greatest(clock_timestamp() - ahead.oldest - asked.patience, '0'),
       coalesce(ahead.readable, false),
       reached.follower is not null
           and (reached.epoch, reached.transaction_id, reached.position) <> (0, xid8 '0', 0)
           and not exists (
               select from event_store.events
               where epoch = reached.epoch and transaction_id = reached.transaction_id and position = reached.position)
from unnest($1, $2) with ordinality as asked (follower, patience, place)
left join read_models.checkpoints as reached using (follower)
cross join lateral (
    select count(*) as events,
           min(recorded_at) as oldest,
           bool_or(transaction_id < pg_snapshot_xmin(pg_current_snapshot())
                   or epoch < (select max(epoch) from event_store.epochs)) as readable
    from (
        select epoch, transaction_id, recorded_at
        from event_store.events
        where (epoch, transaction_id, position)
            > (coalesce(reached.epoch, 0), coalesce(reached.transaction_id, '0'), coalesce(reached.position, 0))
        order by epoch, transaction_id, position
        limit $3
    ) as event
) as ahead
order by asked.place
