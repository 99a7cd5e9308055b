-- Read models. All of this may be dropped and replayed from the log at any time.

create schema read_models;

-- Which sessions a user has. The key holds all that a list needs, so a list is one index-only scan.
create table read_models.session_list (
    session_id  uuid  not null,
    item_id     uuid  not null,
    owner       text  not null collate "C",
    primary key (owner, session_id) include (item_id)
);
