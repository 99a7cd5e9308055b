-- What proves the record: seals over runs of the log, and what the drift watch has found.

-- A seal covers the next run of events in the log's order and the seal before it. What it says of each event
-- (entries: place and the beginning of its hash) is there to name what differs; digest is over the whole
-- hashes, and hash is over all of this. Rows are only ever added.
create table event_store.seals (
    number                bigint      primary key check (number > 0),
    sealed_at             timestamptz not null,
    first_transaction_id  xid8        not null,
    first_position        bigint      not null,
    last_transaction_id   xid8        not null,
    last_position         bigint      not null,
    first_epoch           integer     not null,
    last_epoch            integer     not null,
    count                 integer     not null check (count > 0),
    previous              bytea       not null,
    digest                bytea       not null,
    hash                  bytea       not null,
    signed_by             bytea,
    signature             bytea,
    entries               bytea       not null,
    check ((signed_by is null) = (signature is null))
);

-- Hashes do not compress: trying would cost more than writing them.
alter table event_store.seals alter column entries set storage external;

-- How far the drift watch has come on its rounds, for all nodes together. One row.
create table event_store.drift_watch (
    checked_at    timestamptz not null default '-infinity',
    rounds        bigint      not null default 0,
    streams       bigint      not null default 0,
    stream_id     uuid        not null default '00000000-0000-0000-0000-000000000000',
    listed_id     uuid        not null default '00000000-0000-0000-0000-000000000000',
    only_row      boolean     primary key default true check (only_row),
    owner         text        not null default '' collate "C",
    listed_owner  text        not null default '' collate "C"
);

insert into event_store.drift_watch default values;

-- Sessions whose rows are not what their events lead to, until a later look finds them mended.
create table event_store.drift (
    found_at    timestamptz not null default now(),
    session_id  uuid        not null,
    owner       text        not null collate "C",
    kind        text        not null,
    says        text        not null,
    primary key (session_id, owner, kind)
);
