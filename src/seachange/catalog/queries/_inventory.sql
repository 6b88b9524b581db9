-- How many objects each catalog of this server holds that people made, whatever this version calls its catalogs.
-- What no other query accounts for is found by comparing with this.
select c.oid::regclass as class,
       c.relname as name,
       substring(x.counted from '<objects>(\d+)</objects>')::int8 as objects,
       coalesce(substring(x.counted from '<total>(\d+)</total>'), '0')::int8 as total
from pg_class c
cross join lateral (
  select query_to_xml(format('select count(*) as objects, sum(oid::int8) as total from pg_catalog.%I where oid >= 16384', c.relname),
                      false, true, '')::text as counted
  from pg_attribute a
  where a.attrelid = c.oid and a.attname = 'oid' and a.attnum > 0 and has_column_privilege(c.oid, a.attnum, 'select')
  offset 0
) x
where c.relnamespace = 'pg_catalog'::regnamespace
  and c.relkind = 'r'
  and not c.relisshared
