-- What is known of the content on the disk.

create schema content;

-- The checksum of a version of a file: another size or another time is another version. It was computed
-- by reading the whole file, so it is kept for all nodes and never computed again.
create table content.checksums (
    item_id      uuid         not null,
    size         bigint       not null check (size >= 0),
    modified_at  timestamptz  not null,
    recorded_at  timestamptz  not null default now(),
    file_name    text         not null collate "C",
    sha256       bytea        not null check (length(sha256) = 32),
    primary key (item_id, file_name, size, modified_at)
);
