-- Memberships of roles in roles.
select case when to_jsonb(m) ? 'oid' then m.tableoid end::regclass as class,
       (to_jsonb(m) ->> 'oid')::oid as oid,
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
