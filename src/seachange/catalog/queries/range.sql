-- Range types, with the multirange types that come with them.
select t.tableoid::regclass as class, t.oid,
       t.typnamespace::regnamespace as of,
       t.typname as name,
       format_type(r.rngsubtype, null) as subtype,
       case when not o.opcdefault then o.opcnamespace::regnamespace::text || '.' || quote_ident(o.opcname) end as operator_class,
       case when r.rngcollation <> s.typcollation then r.rngcollation::regcollation::text end as collation,
       nullif(r.rngcanonical::text, '-') as canonical,
       nullif(r.rngsubdiff::text, '-') as difference,
       format_type(r.rngmultitypid, null) as multirange
from pg_range r
join pg_type t on t.oid = r.rngtypid
join pg_type s on s.oid = r.rngsubtype
join pg_opclass o on o.oid = r.rngsubopc
where t.oid >= 16384
