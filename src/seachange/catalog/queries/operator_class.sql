-- Operator classes.
select o.tableoid::regclass as class, o.oid,
       o.opcnamespace::regnamespace as of,
       o.opcname as name,
       array[m.amname::text] as args,
       f.opfnamespace::regnamespace::text || '.' || quote_ident(f.opfname) as family,
       format_type(o.opcintype, null) as type,
       o.opcdefault as default,
       case when o.opckeytype <> 0 then format_type(o.opckeytype, null) end as stored
from pg_opclass o
join pg_am m on m.oid = o.opcmethod
join pg_opfamily f on f.oid = o.opcfamily
where o.oid >= 16384
