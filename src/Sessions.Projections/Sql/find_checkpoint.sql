-- How far a follower has come.
--
--   $1  follower  text

select follower, epoch, transaction_id, position, events
from read_models.checkpoints
where follower = $1
