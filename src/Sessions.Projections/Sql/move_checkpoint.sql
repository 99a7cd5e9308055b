-- Records how far a follower has come.
--
--   $1  follower        text
--   $2  epoch           integer
--   $3  transaction_id  xid8
--   $4  position        bigint
--   $5  events          bigint   how many events it has processed, from the first

update read_models.checkpoints
set epoch = $2, transaction_id = $3, position = $4, events = $5, updated_at = now()
where follower = $1
