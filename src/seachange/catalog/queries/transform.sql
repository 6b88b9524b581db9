-- Transforms: how a type travels to a language and back.
select t.tableoid::regclass as class, t.oid,
       format_type(t.trftype, null) as name,
       array[l.lanname::text] as args,
       case when t.trffromsql <> 0 then t.trffromsql::oid::regprocedure::text end as from_sql,
       case when t.trftosql <> 0 then t.trftosql::oid::regprocedure::text end as to_sql
from pg_transform t
join pg_language l on l.oid = t.trflang
where t.oid >= 16384
