-- The keys that data links are signed with, on all nodes alike. The newest signs; all verify, so none
-- is ever removed: a link may live as long as its session.

create table access.link_keys (
    created_at  timestamptz not null default now(),
    number      integer     primary key,
    secret      bytea       not null
);
