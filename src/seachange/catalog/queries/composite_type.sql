-- Composite types that stand on their own.
select t.tableoid::regclass as class, t.oid,
       t.typnamespace::regnamespace as of,
       t.typname as name,
       t.typrelid::regclass as relation
from pg_type t
join pg_class c on c.oid = t.typrelid and c.relkind = 'c'
where t.typtype = 'c'
  and t.oid >= 16384
  and t.typnamespace not in (select oid from pg_namespace where nspname ~ '^pg_temp')
