-- Writes down who looks at the record, and what for.
--
--   $1  user_name  text
--   $2  query      text
--   $3  address    text

insert into access.audit_looks (user_name, query, address)
values ($1, $2, $3)
