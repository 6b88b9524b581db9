-- User mappings.  Of their options only the user's name is read; the rest may be secret.
select 'pg_user_mapping'::regclass as class, m.umid as oid,
       m.usename as name,
       array[m.srvname::text] as args,
       array(select case when o ~* '^(user|user_name|username)=' then o else split_part(o, '=', 1) || '=********' end
             from unnest(m.umoptions) o order by 1) as options
from pg_user_mappings m
where m.umid >= 16384
