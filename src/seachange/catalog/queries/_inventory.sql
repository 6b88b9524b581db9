-- How many objects each catalog of this server holds that people made, whatever this version calls its catalogs.
-- What no other query accounts for is found by comparing with this.
-- ts_stat runs a text as a query on every build of PostgreSQL; query_to_xml does only where libxml was built in.
select c.oid::regclass as class,
       c.relname as name,
       split_part(x.word, ' ', 1)::int8 as objects,
       split_part(x.word, ' ', 2)::int8 as total
from pg_class c
cross join lateral (
  select s.word
  from pg_attribute a
  cross join lateral ts_stat(format(
    'select array_to_tsvector(array[count(*) || '' '' || coalesce(sum(oid::int8), 0)]) from pg_catalog.%I where oid >= 16384',
    c.relname)) s
  where a.attrelid = c.oid and a.attname = 'oid' and a.attnum > 0 and has_column_privilege(c.oid, a.attnum, 'select')
  offset 0
) x
where c.relnamespace = 'pg_catalog'::regnamespace
  and c.relkind = 'r'
  and not c.relisshared
