-- Where the catalogs of this database stand, as one word: it changes with every row that comes, goes or is written anew.
-- Statistics and the content of large objects are data; of the catalogs that all databases share only our rows count.
-- ts_stat runs a text as a query on every build of PostgreSQL; query_to_xml does only where libxml was built in.
select md5(string_agg(x.word, ' ' order by c.oid)) as token
from pg_class c
cross join lateral (
  select s.word from ts_stat(
    format('select array_to_tsvector(array[count(*) || '' '' || coalesce(sum(xmin::text::int8), 0)]) from pg_catalog.%I t %s', c.relname,
      case c.relname
        when 'pg_database' then 'where datname = current_database()'
        when 'pg_db_role_setting' then 'where setdatabase = (select oid from pg_database where datname = current_database())'
        when 'pg_shdescription' then 'where objoid = (select oid from pg_database where datname = current_database())'
        when 'pg_subscription' then 'where subdbid = (select oid from pg_database where datname = current_database())'
        else '' end)) s
) x
where c.relnamespace = 'pg_catalog'::regnamespace
  and c.relkind = 'r'
  and (not c.relisshared or c.relname in ('pg_database', 'pg_db_role_setting', 'pg_shdescription'))
  and c.relname not in ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject', 'pg_shdepend')
  and has_any_column_privilege(c.oid, 'select')
