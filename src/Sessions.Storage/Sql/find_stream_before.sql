-- One of these streams that was there before this transaction began to write; nothing if there is none. A stream that the
-- transaction has written itself has its id.
--
--   $1  stream_id  uuid[]
--   $2  owner      text[]

select stream_id
from unnest($1, $2) as asked (stream_id, owner)
join event_store.streams as stream using (stream_id, owner)
where stream.xmin <> pg_current_xact_id()::xid
limit 1
