-- User mappings.  Of their options only the user's name is read; the rest may be secret.  `hidden`: PostgreSQL shows us
-- none of them, as it does to those who may not use the server.
select 'pg_user_mapping'::regclass as class, m.umid as oid,
       m.usename as name,
       array[m.srvname::text] as args,
       m.umoptions is null and not u.shown as hidden,
       array(select case when o ~* '^(user|user_name|username)=' then o else split_part(o, '=', 1) || '=********' end
             from unnest(m.umoptions) o order by 1) as options
from pg_user_mappings m
cross join lateral (
  select r.rolsuper
         or case when m.umuser = 0 then pg_has_role(s.srvowner, 'usage')
              else m.usename = current_user and (pg_has_role(s.srvowner, 'usage') or has_server_privilege(s.oid, 'usage'))
            end as shown
  from pg_foreign_server s, pg_roles r
  where s.oid = m.srvid and r.rolname = current_user
) u
where m.umid >= 16384
