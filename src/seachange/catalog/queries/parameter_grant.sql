-- Privileges on configuration parameters.
-- since: 15
select p.parname as name,
       array[case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee)::text end, a.privilege_type] as args,
       bool_or(a.is_grantable) as grantable
from pg_parameter_acl p
cross join aclexplode(p.paracl) a
where a.grantee <> 10
group by p.parname, a.grantee, a.privilege_type
