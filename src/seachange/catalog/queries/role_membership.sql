-- Memberships of roles in roles.  They have OIDs since 16.
select m.tableoid::regclass as class,
       coalesce(to_jsonb(m) ->> 'oid', '0')::oid as oid,
       g.rolname as of,
       r.rolname as name,
       array[pg_get_userbyid(m.grantor)::text] as args,
       m.admin_option as admin,
       coalesce((to_jsonb(m) ->> 'inherit_option')::bool, r.rolinherit) as inherit,
       coalesce((to_jsonb(m) ->> 'set_option')::bool, true) as set
from pg_auth_members m
join pg_roles g on g.oid = m.roleid
join pg_roles r on r.oid = m.member
where r.rolname !~ '^pg_'
