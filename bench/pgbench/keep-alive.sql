\set n :n + 1
\set id :first + (:n % (:sessions / :clients)) * :clients + :client_id
update event_store.streams set version = :n, snapshot = :snapshot where stream_id = ('01900000-0000-7000-8000-' || :id)::uuid and owner = 'keeper';
insert into event_store.events (recorded_at, stream_id, owner, version, command_id, type, schema, data, metadata) values (now(), ('01900000-0000-7000-8000-' || :id)::uuid, 'keeper', :n, ('01900000-0000-7000-8000-' || :id)::uuid, :type, 1, :data, :metadata);
