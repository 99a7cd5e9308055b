-- A checkpoint before the first event for those who have none yet.
--
--   $1  follower  text[]

insert into read_models.checkpoints (follower)
select *
from unnest($1)
on conflict do nothing
