-- Enumerated types.
select t.tableoid::regclass as class, t.oid,
       t.typnamespace::regnamespace as of,
       t.typname as name,
       array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels
from pg_type t
where t.typtype = 'e'
  and t.oid >= 16384
  and t.typnamespace not in (select oid from pg_namespace where nspname ~ '^pg_temp')
