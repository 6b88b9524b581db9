-- Columns of tables, foreign tables, views and composite types; `kind` tells which.
-- Type names are asked for once per type, not once per column; storage, compression and collation only where they are
-- not the type's own.  Debian's PostgreSQL 15 keeps a mark of its own (pg_attver) among the options.
with types as materialized (
  select d.*, format_type(d.atttypid, d.atttypmod) as type
  from (select distinct atttypid, atttypmod from pg_attribute where attrelid >= 16384 and attnum > 0) d
)
select case c.relkind when 'f' then 'foreign table column' when 'v' then 'view column'
         when 'm' then 'materialized view column' when 'c' then 'composite type column'
         else 'table column' end as kind,
       a.attrelid::regclass as of,
       a.attname as name,
       a.attnum as position,
       n.type,
       case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end as collation,
       a.attnotnull as not_null,
       case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as identity,
       case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end as generated,
       case when a.attstorage <> t.typstorage then
         case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end
       end as storage,
       case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as compression,
       nullif(a.attstattarget, -1)::int4 as statistics,
       case when a.attoptions is null then '{}' else
         array(select o from unnest(a.attoptions) o where o not like 'pg_attver=%' order by 1) end as options,
       case when a.attfdwoptions is null then '{}' else
         array(select o from unnest(a.attfdwoptions) o order by 1) end as foreign_options,
       not a.attislocal and not c.relispartition as inherited
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
join types n on n.atttypid = a.atttypid and n.atttypmod = a.atttypmod
where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
  and c.oid >= 16384
  and c.relpersistence <> 't'
