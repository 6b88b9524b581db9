-- One document: the database we are in, what our role may do there, and the extensions that are at hand.
select json_build_object(
  'version', current_setting('server_version'),
  'backend', pg_backend_pid(),
  'encoding', pg_encoding_to_char(d.encoding),
  'collation', d.datcollate,
  'size', case when has_database_privilege(d.oid, 'connect') then pg_database_size(d.oid) end,
  'rights', json_build_object(
    'role', r.rolname,
    'superuser', r.rolsuper,
    'creates_databases', r.rolsuper or r.rolcreatedb,
    'creates_roles', r.rolsuper or r.rolcreaterole,
    'reads_all_rows', r.rolsuper or pg_has_role('pg_read_all_data', 'usage'),
    'unreadable', (
      select coalesce(json_agg(c.relname order by c.relname), '[]')
      from pg_catalog.pg_class c
      where c.relnamespace = 'pg_catalog'::regnamespace
        and c.relkind = 'r'
        and c.relname not in ('pg_authid', 'pg_largeobject', 'pg_statistic', 'pg_statistic_ext_data')
        and not has_any_column_privilege(c.oid, 'select')
    )
  ),
  'extensions', (
    select coalesce(json_agg(json_build_object(
      'name', e.name, 'available', e.default_version, 'installed', e.installed_version
    ) order by e.name), '[]')
    from pg_catalog.pg_available_extensions e
  )
) as found
from pg_catalog.pg_database d
join pg_catalog.pg_roles r on r.rolname = current_user
where d.datname = current_database()
