-- One of these streams that existed before this transaction began to write; no row if there is none. A row that the
-- transaction itself has written has its id in xmin.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

select stream_id
from unnest($1, $2) as asked (stream_id, owner)
join event_store.streams as stream using (stream_id, owner)
where stream.xmin <> pg_current_xact_id()::xid
limit 1
