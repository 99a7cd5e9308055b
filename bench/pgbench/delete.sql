\set n :n + 1
\set id :first + :n * :clients + :client_id
update event_store.streams set version = 2, snapshot = :snapshot where stream_id = ('01900000-0000-7000-8000-' || :id)::uuid and owner = 'deleter';
insert into event_store.events (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata) values (now(), ('01900000-0000-7000-8000-' || :id)::uuid, 'deleter', 2, ('01900000-0000-7000-8000-' || :id)::uuid, :type, 1, :data, :metadata);
delete from event_store.scheduled_messages where stream_id = ('01900000-0000-7000-8000-' || :id)::uuid and owner = 'deleter';
delete from read_models.session_list where owner = 'deleter' and session_id = ('01900000-0000-7000-8000-' || :id)::uuid;
