-- Stores the checksum of a version of a file.
--
-- Two nodes may read the file at the same time: the second one finds the row there.
--
--   $1  item_id      uuid
--   $2  file_name    text
--   $3  size         bigint
--   $4  modified_at  timestamptz
--   $5  sha256       bytea

insert into content.checksums (item_id, file_name, size, modified_at, sha256)
values ($1, $2, $3, $4, $5)
on conflict (item_id, file_name, size, modified_at) do nothing
