-- Who owns what.  Indexes, row types and owned sequences follow their table and are not listed, nor are the internal
-- functions (of language 12) that construct a range.
select o.class, o.oid as target, 0 as part, o.owner as role
from (
  select 'pg_class'::regclass as class, oid, relowner::regrole as owner from pg_class c
    where relkind in ('r', 'p', 'v', 'm', 'f') and relpersistence <> 't'
       or relkind = 'S' and relpersistence <> 't' and not exists (
         select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
           and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i'))
  union all select 'pg_proc'::regclass, oid, proowner from pg_proc
    where prolang <> 12 or prosrc !~ '^(multi)?range_constructor[0-9]$'
  union all select 'pg_type'::regclass, t.oid, t.typowner from pg_type t
    where (t.typrelid = 0 or t.typrelid in (select oid from pg_class where relkind = 'c')) and t.typtype <> 'm' and (t.typelem = 0 or t.typsubscript::oid <> 'pg_catalog.array_subscript_handler'::regproc)
  union all select 'pg_namespace'::regclass, oid, nspowner from pg_namespace
  union all select 'pg_operator'::regclass, oid, oprowner from pg_operator
  union all select 'pg_opclass'::regclass, oid, opcowner from pg_opclass
  union all select 'pg_opfamily'::regclass, oid, opfowner from pg_opfamily
  union all select 'pg_collation'::regclass, oid, collowner from pg_collation
  union all select 'pg_conversion'::regclass, oid, conowner from pg_conversion
  union all select 'pg_language'::regclass, oid, lanowner from pg_language
  union all select 'pg_ts_config'::regclass, oid, cfgowner from pg_ts_config
  union all select 'pg_ts_dict'::regclass, oid, dictowner from pg_ts_dict
  union all select 'pg_statistic_ext'::regclass, oid, stxowner from pg_statistic_ext
  union all select 'pg_foreign_data_wrapper'::regclass, oid, fdwowner from pg_foreign_data_wrapper
  union all select 'pg_foreign_server'::regclass, oid, srvowner from pg_foreign_server
  union all select 'pg_event_trigger'::regclass, oid, evtowner from pg_event_trigger
  union all select 'pg_publication'::regclass, oid, pubowner from pg_publication
  union all select 'pg_subscription'::regclass, oid, subowner from pg_subscription
    where subdbid = (select oid from pg_database where datname = current_database())
  union all select 'pg_extension'::regclass, oid, extowner from pg_extension
) o
where o.oid >= 16384 or o.class = 'pg_namespace'::regclass and o.oid = (select oid from pg_namespace where nspname = 'public')
union all select 'pg_largeobject'::regclass, oid, 0, lomowner from pg_largeobject_metadata
union all select tableoid::regclass, oid, 0, spcowner from pg_tablespace where oid >= 16384
union all
select d.tableoid::regclass, d.oid, 0, d.datdba from pg_database d where d.datname = current_database()
