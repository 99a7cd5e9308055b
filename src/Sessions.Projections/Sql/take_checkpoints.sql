-- The checkpoints of these followers, held until the transaction ends. One that somebody else holds is
-- left out: a follower is run by one node at a time, and the others go on.
--
--   $1  follower  text[]

select follower, epoch, transaction_id, position, events
from read_models.checkpoints
where follower = any($1)
for update skip locked
