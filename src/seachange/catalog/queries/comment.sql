-- Comments on what people made, on public, and on the database.
select d.classoid::regclass as class, d.objoid as target, d.objsubid as part,
       d.description as text
from pg_description d
where d.objoid >= 16384
   or d.classoid in ('pg_extension'::regclass, 'pg_largeobject'::regclass)
   or d.classoid = 'pg_namespace'::regclass and d.objoid = (select oid from pg_namespace where nspname = 'public')
union all
select s.classoid::regclass, s.objoid, 0, s.description
from pg_shdescription s
where s.classoid = 'pg_database'::regclass and s.objoid = (select oid from pg_database where datname = current_database())
   or s.classoid <> 'pg_database'::regclass
