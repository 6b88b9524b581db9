-- What objects will be born with, as it differs from PostgreSQL's own defaults; `kind` tells granted from revoked.
with defaults as (
  select d.*, case when d.defaclnamespace = 0 then acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) end as born
  from pg_default_acl d
), granted as (
  select d.oid, d.defaclrole, d.defaclnamespace, d.defaclobjtype, a.grantee, a.privilege_type, a.is_grantable
  from defaults d cross join aclexplode(d.defaclacl) a
), born as (
  select d.oid, d.defaclrole, d.defaclnamespace, d.defaclobjtype, a.grantee, a.privilege_type, a.is_grantable
  from defaults d cross join aclexplode(d.born) a
), listed as (
  select 'default grant' as kind, * from (select * from granted except select * from born) g
  union all
  select 'default revoke', oid, defaclrole, defaclnamespace, defaclobjtype, grantee, privilege_type, false
  from (select oid, defaclrole, defaclnamespace, defaclobjtype, grantee, privilege_type from born
        except select oid, defaclrole, defaclnamespace, defaclobjtype, grantee, privilege_type from granted) r
)
select l.kind,
       n.nspname as name,
       array[pg_get_userbyid(l.defaclrole)::text,
             case l.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
               when 'T' then 'types' when 'n' then 'schemas' when 'L' then 'large objects' end,
             case l.grantee when 0 then 'public' else pg_get_userbyid(l.grantee)::text end,
             l.privilege_type] as args,
       l.is_grantable as grantable
from listed l
left join pg_namespace n on n.oid = l.defaclnamespace
