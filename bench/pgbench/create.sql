\set n :n + 1
\set id :first + :n * :clients + :client_id
insert into event_store.streams (stream_id, owner, version, snapshot_schema, snapshot, origin) values (('01900000-0000-7000-8000-' || :id)::uuid, 'creator', 1, 2, :snapshot, :origin);
insert into event_store.events (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata) values (now(), ('01900000-0000-7000-8000-' || :id)::uuid, 'creator', 1, ('01900000-0000-7000-8000-' || :id)::uuid, :type, 1, :data, :metadata);
insert into event_store.scheduled_messages (stream_id, owner, kind, due_at) values (('01900000-0000-7000-8000-' || :id)::uuid, 'creator', 'expire', now() + interval '1 day');
insert into read_models.session_list (owner, session_id, item_id) values ('creator', ('01900000-0000-7000-8000-' || :id)::uuid, :item);
