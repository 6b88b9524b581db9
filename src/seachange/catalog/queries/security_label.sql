-- Security labels.
select s.classoid::regclass as class, s.objoid as target, s.objsubid as part,
       array[s.provider] as args,
       s.label
from pg_seclabel s
union all
select s.classoid::regclass, s.objoid, 0, array[s.provider], s.label
from pg_shseclabel s
where s.classoid <> 'pg_database'::regclass or s.objoid = (select oid from pg_database where datname = current_database())
