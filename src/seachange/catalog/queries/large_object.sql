-- Large objects: that they are there.
select 'pg_largeobject'::regclass as class, l.oid,
       l.oid::text as name
from pg_largeobject_metadata l
