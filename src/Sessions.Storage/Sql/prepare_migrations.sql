-- Lets one node at a time migrate, and creates the table that records migrations.

select pg_advisory_xact_lock(hashtext('sessions.migrations'));

create schema if not exists event_store;

create table if not exists event_store.migrations (
    name        text        primary key,
    applied_at  timestamptz not null default now()
);

-- A migration that waits for a table holds up every transaction that queues behind it. So it does not wait for a long
-- read of the table: it fails, and is tried again later.
set local lock_timeout = '1s';
