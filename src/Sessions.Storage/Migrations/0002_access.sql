-- Who is logged in, on all nodes alike. The token itself is not here: only its SHA-256.

create schema access;

create table access.api_sessions (
    created_at        timestamptz not null default now(),
    last_accessed_at  timestamptz not null default now(),
    token_hash        bytea       primary key,
    user_name         text        not null collate "C"
);
