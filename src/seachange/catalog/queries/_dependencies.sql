-- What depends on what, as PostgreSQL records it: one row of parallel arrays in their binary form.
select array_send(array_agg(classid)) as class,
       array_send(array_agg(objid)) as oid,
       array_send(array_agg(objsubid)) as part,
       array_send(array_agg(refclassid)) as used_class,
       array_send(array_agg(refobjid)) as used_oid,
       array_send(array_agg(refobjsubid)) as used_part,
       string_agg(deptype::text, '') as why
from pg_depend
where objid >= 16384 or deptype = 'e'
