-- The known checksums of these versions of files, each with its version's place in the arrays.
--
--   $1  item_id      uuid[]
--   $2  file_name    text[]
--   $3  size         bigint[]
--   $4  modified_at  timestamptz[]

select asked.place, known.sha256
from unnest($1, $2, $3, $4) with ordinality as asked (item_id, file_name, size, modified_at, place)
join content.checksums as known
  on known.item_id = asked.item_id
 and known.file_name = asked.file_name
 and known.size = asked.size
 and known.modified_at = asked.modified_at
