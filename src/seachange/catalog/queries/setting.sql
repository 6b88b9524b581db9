-- Settings of this database, and of roles in it.
select split_part(c, '=', 1) as name,
       case when s.setrole = 0 then '{}' else array[pg_get_userbyid(s.setrole)::text] end as args,
       substr(c, strpos(c, '=') + 1) as value
from pg_db_role_setting s
cross join unnest(s.setconfig) c
where s.setdatabase = (select oid from pg_database where datname = current_database())
