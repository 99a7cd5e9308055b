-- Locks a follower's checkpoint until the transaction ends; waits for a pass that is under way.
--
--   $1  follower  text

select follower, epoch, transaction_id, position, events
from read_models.checkpoints
where follower = $1
for update
