-- Lets one node at a time migrate, and gives it a place to write down what it did.

select pg_advisory_xact_lock(hashtext('sessions.migrations'));

create schema if not exists event_store;

create table if not exists event_store.migrations (
    name        text        primary key,
    applied_at  timestamptz not null default now()
);

-- Whoever waits for a table holds up all who come behind him: rather than waiting for somebody who reads it for long,
-- a migration fails, and is tried again later.
set local lock_timeout = '1s';
