\set id random(:first, :first + :sessions - 1)
select version, snapshot_schema, snapshot, origin from event_store.streams where stream_id = ('01900000-0000-7000-8000-' || :id)::uuid and owner = 'keeper';
