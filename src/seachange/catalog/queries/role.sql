-- Roles, with their settings in all databases.
select 'pg_authid'::regclass as class, r.oid,
       r.rolname as name,
       r.rolsuper as superuser,
       r.rolinherit as inherit,
       r.rolcreaterole as create_role,
       r.rolcreatedb as create_database,
       r.rolcanlogin as login,
       r.rolreplication as replication,
       r.rolbypassrls as bypass_row_security,
       r.rolconnlimit as connection_limit,
       nullif(r.rolvaliduntil, 'infinity')::text as valid_until,
       coalesce((select array_agg(c order by c) from pg_db_role_setting s, unnest(s.setconfig) c
                 where s.setrole = r.oid and s.setdatabase = 0), '{}') as settings
from pg_roles r
where r.rolname !~ '^pg_'
