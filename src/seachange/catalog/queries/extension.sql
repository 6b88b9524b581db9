-- Extensions.
select e.tableoid::regclass as class, e.oid,
       e.extname as name,
       e.extversion as version,
       n.nspname as schema,
       e.extrelocatable as relocatable
from pg_extension e
join pg_namespace n on n.oid = e.extnamespace
