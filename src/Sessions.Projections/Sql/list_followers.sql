-- The followers of the log.

select follower
from read_models.checkpoints
order by follower
