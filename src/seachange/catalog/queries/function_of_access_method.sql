-- Support functions in families; the class they came with is told where they belong to one.
select a.tableoid::regclass as class, a.oid,
       f.opfnamespace::regnamespace as of,
       f.opfname as name,
       array[m.amname::text, a.amprocnum::text, format_type(a.amproclefttype, null), format_type(a.amprocrighttype, null)] as args,
       a.amproc::oid::regprocedure::text as function,
       o.opcnamespace::regnamespace::text || '.' || quote_ident(o.opcname) as operator_class
from pg_amproc a
join pg_opfamily f on f.oid = a.amprocfamily
join pg_am m on m.oid = f.opfmethod
left join pg_depend d on d.classid = 'pg_amproc'::regclass and d.objid = a.oid and d.refclassid = 'pg_opclass'::regclass and d.deptype in ('i', 'a')
left join pg_opclass o on o.oid = d.refobjid
where a.oid >= 16384
