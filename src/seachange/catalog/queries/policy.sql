-- Row security policies.
select p.tableoid::regclass as class, p.oid,
       p.polrelid::regclass as of,
       p.polname as name,
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as command,
       p.polpermissive as permissive,
       array(select case r when 0 then 'public' else pg_get_userbyid(r)::text end
             from unnest(p.polroles) r order by 1) as roles,
       pg_get_expr(p.polqual, p.polrelid) as using,
       pg_get_expr(p.polwithcheck, p.polrelid) as check
from pg_policy p
where p.oid >= 16384
