-- How many objects each catalog of this server holds that people made, whatever this version calls its catalogs.
-- What no other query accounts for is found by comparing with this.
select a.attrelid::regclass as class,
       c.relname as name,
       substring(x.counted from '<objects>(\d+)</objects>')::int8 as objects,
       coalesce(substring(x.counted from '<total>(\d+)</total>'), '0')::int8 as total
from pg_attribute a
join pg_class c on c.oid = a.attrelid and c.relnamespace = 'pg_catalog'::regnamespace
  and c.relkind = 'r' and not c.relisshared
cross join lateral (
  select query_to_xml(format('select count(*) as objects, sum(oid::int8) as total from pg_catalog.%I where oid >= 16384', c.relname),
                      false, true, '')::text as counted
  where has_column_privilege(a.attrelid, a.attnum, 'select')
) x
where a.attname = 'oid'
  and a.attnum > 0
