-- What people made that is part of a fact without being one: labels of enums, NOT NULL that the column tells,
-- defaults of privileges whose entries are told one by one, large objects under their other name.
select 'pg_enum'::regclass as class, array_send(array_agg(oid)) as oids
from pg_enum where oid >= 16384
union all
select 'pg_default_acl'::regclass, array_send(array_agg(oid))
from pg_default_acl where oid >= 16384
union all
select 'pg_largeobject_metadata'::regclass, array_send(array_agg(oid))
from pg_largeobject_metadata where oid >= 16384
union all
select 'pg_constraint'::regclass, array_send(array_agg(oid))
from pg_constraint where oid >= 16384 and contype = 'n'
