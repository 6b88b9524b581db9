-- Domains.
select t.tableoid::regclass as class, t.oid,
       t.typnamespace::regnamespace as of,
       t.typname as name,
       format_type(t.typbasetype, t.typtypmod) as type,
       case when t.typcollation <> b.typcollation then t.typcollation::regcollation::text end as collation,
       coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)) as default,
       t.typnotnull as not_null
from pg_type t
join pg_type b on b.oid = t.typbasetype
where t.typtype = 'd'
  and t.oid >= 16384
  and t.typnamespace not in (select oid from pg_namespace where nspname ~ '^pg_temp')
