-- The record: streams of events, the schedule that ends them, and what could not be carried out.
-- The schema itself is there already: the list of migrations lives in it.

-- Transaction ids order the log. A logical restore into a new cluster starts them again, so each
-- such life of the database has a number of its own, and the log is ordered by that first.
create table event_store.epochs (
    epoch     integer     primary key,
    began_at  timestamptz not null default now()
);

insert into event_store.epochs (epoch) values (1);

-- One row a session: its version, and its state so that no command has to fold the whole stream.
--
-- A keep-alive changes version and snapshot and nothing that is indexed, so it is a HOT update, and
-- because both lie side by side its log record is short. What never changes lies behind them.
create table event_store.streams (
    stream_id        uuid     not null,
    client_token     uuid,
    snapshot_schema  smallint not null,
    version          integer  not null check (version > 0),
    owner            text     not null collate "C",
    snapshot         json     not null,
    origin           json     not null,
    primary key (stream_id, owner)
) with (fillfactor = 70);

-- The same token of the same user is the same creation, on whichever node.
create unique index streams_client_token
    on event_store.streams (owner, client_token)
    where client_token is not null;

-- What happened. Rows are only ever added. json, not jsonb: the bytes stay as they were written.
create table event_store.events (
    position        bigint      not null generated always as identity,
    transaction_id  xid8        not null default pg_current_xact_id(),
    recorded_at     timestamptz not null,
    stream_id       uuid        not null,
    command_id      uuid        not null,
    epoch           integer     not null default 1,
    version         integer     not null check (version > 0),
    schema          smallint    not null,
    owner           text        not null collate "C",
    type            text        not null,
    data            json        not null,
    metadata        json        not null,
    primary key (stream_id, owner, version)
);

create index events_log on event_store.events (epoch, transaction_id, position);

-- The next thing to do with a session if nobody does anything with it.
create table event_store.scheduled_messages (
    due_at      timestamptz not null,
    stream_id   uuid        not null,
    attempts    smallint    not null default 0,
    owner       text        not null collate "C",
    kind        text        not null check (kind in ('expire', 'purge')),
    last_error  text,
    primary key (stream_id, owner)
);

create index scheduled_messages_due on event_store.scheduled_messages (due_at);

-- Messages that failed too often. They stay until somebody puts them back or drops them.
create table event_store.dead_letters (
    died_at     timestamptz not null default now(),
    stream_id   uuid        not null,
    attempts    smallint    not null,
    owner       text        not null collate "C",
    kind        text        not null,
    last_error  text        not null,
    primary key (stream_id, owner)
);
