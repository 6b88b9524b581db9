-- Where the catalogs of this database stand, as one word: it changes with every row that comes, goes or is written anew.
-- Statistics and the content of large objects are data; of the catalogs that all databases share only our rows count.
select md5(string_agg(x.counted, ' ' order by c.oid)) as token
from pg_class c
cross join lateral (
  select query_to_xml(
    format('select count(*) as rows, sum(xmin::text::int8) as written from pg_catalog.%I t %s', c.relname,
      case c.relname
        when 'pg_database' then 'where datname = current_database()'
        when 'pg_db_role_setting' then 'where setdatabase = (select oid from pg_database where datname = current_database())'
        when 'pg_shdescription' then 'where objoid = (select oid from pg_database where datname = current_database())'
        when 'pg_subscription' then 'where subdbid = (select oid from pg_database where datname = current_database())'
        else '' end),
    false, true, '')::text as counted
) x
where c.relnamespace = 'pg_catalog'::regnamespace
  and c.relkind = 'r'
  and (not c.relisshared or c.relname in ('pg_database', 'pg_db_role_setting', 'pg_shdescription'))
  and c.relname not in ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject', 'pg_shdepend')
  and has_any_column_privilege(c.oid, 'select')
