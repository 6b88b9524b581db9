-- Privileges, as they differ from those the object was born with; `kind` tells granted ones from revoked ones.
-- An object is born with what its extension or initdb gave it (pg_init_privs), else with PostgreSQL's defaults;
-- what is in information_schema was granted when it was made, unrecorded, and is left out, as pg_dump leaves it.
with objects as (
  select 'pg_class'::regclass as class, oid, 0 as part, relacl as acl, (case relkind when 'S' then 's' else 'r' end)::"char" as type, relowner as owner
    from pg_class where relacl is not null and relkind in ('r', 'p', 'v', 'm', 'f', 'S') and relpersistence <> 't'
      and relnamespace not in (select oid from pg_namespace where nspname = 'information_schema')
  union all select 'pg_class'::regclass, a.attrelid, a.attnum, a.attacl, 'c', c.relowner
    from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attacl is not null
  union all select 'pg_proc'::regclass, oid, 0, proacl, 'f', proowner from pg_proc where proacl is not null
  union all select 'pg_type'::regclass, oid, 0, typacl, 'T', typowner from pg_type where typacl is not null
  union all select 'pg_namespace'::regclass, oid, 0, nspacl, 'n', nspowner from pg_namespace
    where nspacl is not null and nspname <> 'information_schema'
  union all select 'pg_language'::regclass, oid, 0, lanacl, 'l', lanowner from pg_language where lanacl is not null
  union all select 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwacl, 'F', fdwowner from pg_foreign_data_wrapper where fdwacl is not null
  union all select 'pg_foreign_server'::regclass, oid, 0, srvacl, 'S', srvowner from pg_foreign_server where srvacl is not null
  union all select 'pg_largeobject'::regclass, oid, 0, lomacl, 'L', lomowner from pg_largeobject_metadata where lomacl is not null
  union all select 'pg_database'::regclass, oid, 0, datacl, 'd', datdba from pg_database where datacl is not null and datname = current_database()
  union all select 'pg_tablespace'::regclass, oid, 0, spcacl, 't', spcowner from pg_tablespace where spcacl is not null
), changed as (
  select o.*, coalesce(p.initprivs, acldefault(o.type, o.owner)) as born
  from objects o
  left join pg_init_privs p on p.classoid = o.class and p.objoid = o.oid and p.objsubid = o.part
  where o.acl is distinct from p.initprivs
), granted as (
  select c.class, c.oid, c.part, c.owner, a.grantor, a.grantee, a.privilege_type, a.is_grantable
  from changed c cross join aclexplode(c.acl) a
), born as (
  select c.class, c.oid, c.part, c.owner, a.grantor, a.grantee, a.privilege_type, a.is_grantable
  from changed c cross join aclexplode(c.born) a
)
select 'grant' as kind, class, oid as target, part,
       array[case grantee when 0 then 'public' else pg_get_userbyid(grantee)::text end, privilege_type]
         || case when grantor <> owner then array[pg_get_userbyid(grantor)::text] else '{}' end as args,
       is_grantable as grantable,
       case when grantor <> owner then pg_get_userbyid(grantor)::text end as grantor
from (select * from granted except select * from born) g
union all
select 'revoke', class, oid, part,
       array[case grantee when 0 then 'public' else pg_get_userbyid(grantee)::text end, privilege_type],
       null, null
from (select class, oid, part, owner, grantee, privilege_type from born
      except select class, oid, part, owner, grantee, privilege_type from granted) r
