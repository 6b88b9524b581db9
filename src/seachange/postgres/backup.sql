-- What pg_dump must have an entry for: one row for each object that people made, as pg_restore --list numbers it.
-- Members of extensions come with these, and what is in PostgreSQL's own schemas is not dumped; rows are entries of
-- class 0.
with schemas as (
  select oid from pg_catalog.pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
),
relations as (
  select c.oid, c.relkind, c.relispopulated
  from pg_catalog.pg_class c
  where c.relnamespace in (select oid from schemas) and c.relpersistence <> 't' and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
),
objects(class, oid, kind, name) as (
  select 'pg_catalog.pg_class'::regclass, oid, 'relation', oid::regclass::text
  from relations where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all
  select 0::regclass, oid, 'rows of', oid::regclass::text
  from relations where %(rows)s and relkind = 'r'
  union all
  select 'pg_catalog.pg_class'::regclass, i.indexrelid, 'index', i.indexrelid::regclass::text
  from pg_catalog.pg_index i join relations r on r.oid = i.indrelid
  where (i.indisvalid or r.relkind = 'p') and i.indisready and not exists (
    select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
  union all
  select 'pg_catalog.pg_constraint'::regclass, k.oid, 'constraint', k.conrelid::regclass || '.' || k.conname
  from pg_catalog.pg_constraint k join relations r on r.oid = k.conrelid
  where k.contype in ('p', 'u', 'x') or k.contype = 'f' and k.conparentid = 0
  union all
  select 'pg_catalog.pg_trigger'::regclass, t.oid, 'trigger', t.tgrelid::regclass || '.' || t.tgname
  from pg_catalog.pg_trigger t join relations r on r.oid = t.tgrelid
  where not t.tgisinternal and t.tgparentid = 0
  union all
  select 'pg_catalog.pg_policy'::regclass, p.oid, 'policy', p.polrelid::regclass || '.' || p.polname
  from pg_catalog.pg_policy p join relations r on r.oid = p.polrelid
  union all
  select 'pg_catalog.pg_rewrite'::regclass, w.oid, 'rule', w.ev_class::regclass || '.' || w.rulename
  from pg_catalog.pg_rewrite w join relations r on r.oid = w.ev_class
  where w.rulename <> '_RETURN'
  union all
  select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, 'statistics object', s.stxnamespace::regnamespace || '.' || s.stxname
  from pg_catalog.pg_statistic_ext s join relations r on r.oid = s.stxrelid
  union all
  select 'pg_catalog.pg_proc'::regclass, p.oid, 'routine', p.oid::regprocedure::text
  from pg_catalog.pg_proc p
  where p.pronamespace in (select oid from schemas) and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
  union all
  select 'pg_catalog.pg_type'::regclass, t.oid, 'type', t.oid::regtype::text
  from pg_catalog.pg_type t left join pg_catalog.pg_class c on c.oid = t.typrelid
  where t.typnamespace in (select oid from schemas) and (t.typtype in ('e', 'd', 'r') or c.relkind = 'c')
  union all
  select 'pg_catalog.pg_extension'::regclass, oid, 'extension', extname
  from pg_catalog.pg_extension where oid >= 16384
  union all
  select 'pg_catalog.pg_namespace'::regclass, oid, 'schema', nspname
  from pg_catalog.pg_namespace where oid in (select oid from schemas) and oid >= 16384
  union all
  select 'pg_catalog.pg_event_trigger'::regclass, oid, 'event trigger', evtname from pg_catalog.pg_event_trigger
)
select o.class::oid::int8, o.oid::int8, o.kind || ' ' || o.name
from objects o
where not exists (
  select from pg_catalog.pg_depend d where d.classid = o.class and d.objid = o.oid and d.deptype = 'e')
