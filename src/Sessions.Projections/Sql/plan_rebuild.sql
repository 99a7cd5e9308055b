-- Generates the statements that rebuild a read model beside the live one. They follow the live table as it is: the new
-- table gets its columns, keys and indexes, under the same names in a schema of its own.
--
-- Steps, in this order: begin (an empty table with its key), index (the other indexes, one by one and without a long
-- transaction that writes, and the planner's statistics), compare (see below), swap (in one transaction).
-- BRIN indexes exist from the beginning: vacuum fills them in a quarter of the time that it takes to add them to a full
-- table in this way. Until then autosummarize is off: autovacuum would come for each summary and take processors and the
-- table's lock from the rebuild, and PostgreSQL would log a line for each request that its queue has no room for.
--
-- The memory for sorting an index is PostgreSQL's own setting. On two processors, four times its 64 MB took a quarter
-- longer for 12.9 million rows, because three processes shared the sort instead of two.
--
-- Compare takes one parameter, the number of the last event to be compared, which it uses if the table has numbers. It
-- returns how many rows only the new table has, how many only the live one has, how many differ, and the first of all
-- these. Ahead, only for a table with numbers, takes the number of the last event that both have; it returns how many
-- rows the live one has after it, and the first.
--
--   $1  table  text

with live as (
    select table_.oid, table_.relname as name, table_.relowner as owner, table_.relacl as rights,
           exists (select from pg_attribute where attrelid = table_.oid and attname = 'number' and not attisdropped)
               as has_numbers,
           (select format('add constraint %I %s', conname, pg_get_constraintdef(oid))
            from pg_constraint where conrelid = table_.oid and contype = 'p') as key,
           (select string_agg(quote_ident(attname), ', ' order by place)
            from pg_constraint
            cross join lateral unnest(conkey) with ordinality as part (number, place)
            join pg_attribute on attrelid = conrelid and attnum = part.number
            where conrelid = table_.oid and contype = 'p') as key_columns
    from pg_class as table_
    where table_.oid = format('read_models.%I', $1)::regclass
),
indexes as (
    select replace(pg_get_indexdef(indexrelid), ' ON read_models.', ' ON read_models_next.') as definition,
           amname = 'brin' as is_summary,
           (select format('alter index read_models_next.%I set (%s)', index.relname, option)
            from unnest(index.reloptions) as option
            where option like 'autosummarize=%') as summarize
    from live
    join pg_index on indrelid = live.oid and not indisprimary
    join pg_class as index on index.oid = indexrelid
    join pg_am on pg_am.oid = index.relam
)
select 'begin' as step, 'create schema if not exists read_models_next' as statement
union all
select 'begin', format('drop table if exists read_models_next.%I', name) from live
union all
select 'begin', format('create table read_models_next.%1$I (like read_models.%1$I including defaults including constraints)', name) from live
union all
select 'begin', format('alter table read_models_next.%I %s', name, key) from live
union all
select case when is_summary then 'begin' else 'index' end,
       case when is_summary then regexp_replace(definition, '(autosummarize)=''?\w+''?', '\1=off')
            else regexp_replace(definition, '^CREATE INDEX', 'create index concurrently') end
from indexes
union all
select 'index', format('vacuum (analyze) read_models_next.%I', name) from live
union all
select 'index', summarize from indexes where summarize is not null
union all
select 'compare', format($$
    select count(*) filter (where live is null), count(*) filter (where new is null),
           count(*) filter (where not (live is null or new is null)), min(coalesce(new::text, live::text))
    from (select * from read_models.%1$I where %2$s) as live
    full join (select * from read_models_next.%1$I where %2$s) as new using (%3$s)
    where live is distinct from new $$,
    name, case when has_numbers then 'number <= $1' else '$1 is not null' end, key_columns)
from live
union all
select 'ahead', format('select count(*), min(live::text) from read_models.%I as live where number > $1', name)
from live
where has_numbers
union all
select 'swap', format('drop table read_models.%I', name) from live
union all
select 'swap', format('alter table read_models_next.%I set schema read_models', name) from live
union all
select 'swap', format('grant %s on read_models.%I to %s', granted.privilege_type, name,
                      case granted.grantee when 0 then 'public' else granted.grantee::regrole::text end)
from live cross join lateral aclexplode(rights) as granted
where granted.grantee <> owner
union all
select 'swap', format('alter table read_models.%I owner to %s', name, owner::regrole)
from live
where owner <> current_user::regrole
