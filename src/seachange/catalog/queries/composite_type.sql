-- Composite types that stand on their own.
select t.tableoid::regclass as class, t.oid,
       t.typnamespace::regnamespace as of,
       t.typname as name,
       t.typrelid::regclass as relation
from pg_class c
join pg_type t on t.oid = c.reltype
where c.relkind = 'c'
  and c.oid >= 16384
  and c.relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_temp')
