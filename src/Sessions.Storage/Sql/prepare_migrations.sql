-- Lets one node at a time migrate, and gives it a place to write down what it did.

select pg_advisory_xact_lock(hashtext('sessions.migrations'));

create schema if not exists event_store;

create table if not exists event_store.migrations (
    name        text        primary key,
    applied_at  timestamptz not null default now()
);
