-- All seals, in their order.

select number, sealed_at, first_epoch, first_transaction_id, first_position,
       last_epoch, last_transaction_id, last_position, count, previous, digest, hash, signed_by, signature, entries
from event_store.seals
order by number
