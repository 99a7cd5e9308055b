-- How far all followers have come, whether the log has an event there, or their checkpoint lies before the first, and
-- beside the one of the seals how far the newest of them reaches.

select follower, epoch, transaction_id, position, events,
       (epoch, transaction_id, position) = (0, xid8 '0', 0)
           or exists (
               select from event_store.events as event
               where event.epoch = reached.epoch
                 and event.transaction_id = reached.transaction_id
                 and event.position = reached.position),
       coalesce(seal.number, 0), coalesce(seal.last_epoch, 0), coalesce(seal.last_transaction_id, '0'), coalesce(seal.last_position, 0)
from read_models.checkpoints as reached
left join (
    select number, last_epoch, last_transaction_id, last_position
    from event_store.seals
    order by number desc
    limit 1
) as seal on true
order by follower
