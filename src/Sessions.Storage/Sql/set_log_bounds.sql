-- Sets the bounds of copy_log as settings of the transaction, because COPY takes no parameters. Plans must not sort: the
-- index has the order of the log, and a sort would read all of the log before the first row.
--
--   $1  epoch                integer
--   $2  transaction_id       xid8
--   $3  position             bigint
--   $4  last_epoch           integer  up to this position
--   $5  last_transaction_id  xid8
--   $6  last_position        bigint
--   $7  count_max            integer  null for all

select set_config('sessions.epoch', $1::text, true),
       set_config('sessions.transaction_id', $2::text, true),
       set_config('sessions.position', $3::text, true),
       set_config('sessions.last_epoch', $4::text, true),
       set_config('sessions.last_transaction_id', $5::text, true),
       set_config('sessions.last_position', $6::text, true),
       set_config('sessions.count_max', coalesce($7::text, ''), true),
       set_config('enable_sort', 'off', true),
       set_config('enable_seqscan', 'off', true)
