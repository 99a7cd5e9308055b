-- Records who looks at the record, and with which query.
--
--   $1  user_names  text[]
--   $2  queries     text[]
--   $3  addresses   text[]  null for an unknown one

insert into access.audit_looks (user_name, query, address)
select user_name, query, address
from unnest($1::text[], $2::text[], $3::text[]) with ordinality look (user_name, query, address, place)
order by place
