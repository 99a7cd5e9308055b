-- Adds a checkpoint before the first event for each follower that has none yet.
--
--   $1  follower  text[]

insert into read_models.checkpoints (follower)
select *
from unnest($1)
on conflict do nothing
