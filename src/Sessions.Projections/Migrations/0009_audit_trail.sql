-- Who did what, when, on what, from where, and why: a row an event, written behind the log. Everything
-- else of an event stays where it is; a page of the trail is joined with it.
--
-- number is the event's place in the log, counted from 1. Rows of the same time come in its order.
--
-- Each event is an entry in three indexes. What few events have, or what is asked seldom, costs less:
-- users act on their own sessions, so actors have an entry only where they are not the owner; the kinds of
-- event that every session has are found soon in any part of the trail; addresses and traces are summed up
-- by ranges of the table, which rules out those that have none of them.
create table read_models.audit_trail (
    number   bigint       not null,
    at       timestamptz  not null,
    session  uuid         not null,
    item     uuid,
    trace    uuid,
    version  integer      not null,
    owner    text         not null collate "C",
    type     text         not null collate "C",
    actor    text         collate "C",
    reason   text         collate "C",
    address  text         collate "C",
    primary key (at, number)
);

create index audit_trail_owner on read_models.audit_trail (owner, at, number);
create index audit_trail_item on read_models.audit_trail (item, at, number);
create index audit_trail_actor on read_models.audit_trail (actor, at, number) where actor <> owner;
create index audit_trail_reason on read_models.audit_trail (reason, at, number) where reason is not null;
create index audit_trail_type on read_models.audit_trail (type, at, number)
    where type in ('session_canceled', 'session_failed', 'session_expired', 'session_deleted', 'transfer_aborted');
-- A range is so small that what sums it up fits into a page, however many traces there are in it.
create index audit_trail_ranges on read_models.audit_trail
    using brin (
        address text_bloom_ops (n_distinct_per_range = 500),
        trace uuid_bloom_ops (n_distinct_per_range = 1000))
    with (pages_per_range = 32, autosummarize = on);

-- What happened in each minute. How many sessions were alive at its end is the sum of all up to it.
create table read_models.activity (
    minute            timestamptz  primary key,
    created           bigint       not null,
    canceled          bigint       not null,
    failed            bigint       not null,
    expired_idle      bigint       not null,
    expired_complete  bigint       not null,
    expired_lifetime  bigint       not null,
    deleted           bigint       not null,
    transfers         bigint       not null,
    bytes             bigint       not null
);

-- Who looked at the record: what he asked, before he was answered. Rows are only ever added.
create table access.audit_looks (
    looked_at  timestamptz  not null default clock_timestamp(),
    number     bigint       not null generated always as identity,
    user_name  text         not null collate "C",
    query      text         not null,
    address    text,
    primary key (looked_at, number)
);
