-- How far each follower has come; whether its checkpoint lies at an event of the log or before the first; and the
-- number and the last event of the newest seal, in every row.

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
