-- Sessions in the bare tables: the same rows that the server writes for a creation.
--
--   $1  first     bigint    the first session's number, of twelve digits
--   $2  count     integer
--   $3  owner     text      all of them; null for ten each of user-00000, user-00001, …
--   $4  snapshot  json
--   $5  origin    json
--   $6  data      json
--   $7  metadata  json
--   $8  item      uuid

with session as materialized (
    select ('01900000-0000-7000-8000-' || number)::uuid as id,
           coalesce($3, 'user-' || lpad(((number - $1) / 10)::text, 5, '0')) as owner
    from generate_series($1, $1 + $2 - 1) as number
),

stream as (
    insert into event_store.streams (stream_id, owner, version, snapshot_schema, snapshot, origin)
    select id, owner, 1, 2, $4, $5 from session
),

event as (
    insert into event_store.events
        (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata)
    select now(), id, owner, 1, id, 'session_created', 1, $6, $7 from session
),

message as (
    insert into event_store.scheduled_messages (stream_id, owner, kind, due_at)
    select id, owner, 'expire', now() + interval '1 day' from session
)

insert into read_models.session_list (owner, session_id, item_id)
select owner, id, $8 from session
