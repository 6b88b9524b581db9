-- Operator families.
select f.tableoid::regclass as class, f.oid,
       f.opfnamespace::regnamespace as of,
       f.opfname as name,
       array[m.amname::text] as args
from pg_opfamily f
join pg_am m on m.oid = f.opfmethod
where f.oid >= 16384
