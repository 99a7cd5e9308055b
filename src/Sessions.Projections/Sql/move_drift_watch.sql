-- Records where the next turn goes on.
--
--   $1  stream_id     uuid
--   $2  owner         text
--   $3  listed_id     uuid
--   $4  listed_owner  text
--   $5  rounds        bigint  how many more
--   $6  streams       bigint  how many more

update event_store.drift_watch
set checked_at = clock_timestamp(),
    stream_id = $1,
    owner = $2,
    listed_id = $3,
    listed_owner = $4,
    rounds = rounds + $5,
    streams = streams + $6
