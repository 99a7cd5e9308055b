-- Locks the checkpoints of these followers until the transaction ends. One that another node has locked is
-- skipped: one node at a time runs a follower, and the others go on.
--
--   $1  follower  text[]

select follower, epoch, transaction_id, position, events
from read_models.checkpoints
where follower = any($1)
for update skip locked
