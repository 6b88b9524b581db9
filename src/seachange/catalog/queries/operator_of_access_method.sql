-- Operators in families; the class they came with is told where they belong to one.
select a.tableoid::regclass as class, a.oid,
       f.opfnamespace::regnamespace as of,
       f.opfname as name,
       array[m.amname::text, a.amopstrategy::text, format_type(a.amoplefttype, null), format_type(a.amoprighttype, null)] as args,
       a.amopopr::regoperator::text as operator,
       case when a.amopsortfamily <> 0 then s.opfnamespace::regnamespace::text || '.' || quote_ident(s.opfname) end as sort_family,
       o.opcnamespace::regnamespace::text || '.' || quote_ident(o.opcname) as operator_class
from pg_amop a
join pg_opfamily f on f.oid = a.amopfamily
join pg_am m on m.oid = a.amopmethod
left join pg_opfamily s on s.oid = a.amopsortfamily
left join pg_depend d on d.classid = 'pg_amop'::regclass and d.objid = a.oid and d.refclassid = 'pg_opclass'::regclass and d.deptype in ('i', 'a')
left join pg_opclass o on o.oid = d.refobjid
where a.oid >= 16384
