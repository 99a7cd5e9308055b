-- The time and the newest seal; nulls after the time if there is none.

select clock_timestamp(), seal.number, sealed_at, first_epoch, first_transaction_id, first_position,
       last_epoch, last_transaction_id, last_position, count, previous, digest, hash, signed_by, signature, entries
from (select max(number) as number from event_store.seals) as newest
left join event_store.seals as seal
  on seal.number = newest.number
