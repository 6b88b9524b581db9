-- Columns of tables, foreign tables, views and composite types; `kind` tells which.
-- Most columns are ordinary: what is unusual about the others comes as one object, which spares a hundred thousand rows a
-- dozen values each.  Type names are asked for once per type, by an outer join: PostgreSQL thinks too few of an inner one's
-- rows and would look relations up one by one.  Storage, compression and collation are told where they are
-- not the type's own.  Debian's PostgreSQL 15 keeps a mark of its own (pg_attver) among the options.
with types as materialized (
  select d.*, format_type(d.atttypid, d.atttypmod) as type, t.typcollation, t.typstorage
  from (select distinct atttypid, atttypmod from pg_attribute where attrelid::int8 >= 16384 and attnum > 0) d
  join pg_type t on t.oid = d.atttypid
)
select case c.relkind when 'f' then 'foreign table column' when 'v' then 'view column'
         when 'm' then 'materialized view column' when 'c' then 'composite type column'
         else 'table column' end as kind,
       a.attrelid::regclass as of,
       a.attname as name,
       a.attnum as position,
       t.type,
       a.attnotnull as not_null,
       case when a.attcollation <> t.typcollation or a.attidentity <> '' or a.attgenerated <> ''
              or a.attstorage <> t.typstorage or a.attcompression <> '' or a.attstattarget <> -1
              or a.attoptions is not null or a.attfdwoptions is not null or not a.attislocal then
         jsonb_strip_nulls(jsonb_build_object(
           'collation', case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end,
           'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
           'generated', case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end,
           'storage', case when a.attstorage <> t.typstorage then case a.attstorage when 'p' then 'plain'
                        when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' end end,
           'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
           'statistics', nullif(a.attstattarget, -1),
           'options', (select jsonb_agg(o order by o) from unnest(a.attoptions) o where o not like 'pg_attver=%'),
           'foreign_options', (select jsonb_agg(o order by o) from unnest(a.attfdwoptions) o),
           'inherited', nullif(not a.attislocal and not c.relispartition, false)))
       end as unusual
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join types t on t.atttypid = a.atttypid and t.atttypmod = a.atttypmod
where c.relkind in ('r', 'p', 'f', 'v', 'm', 'c')
  and c.oid >= 16384
  and c.relpersistence <> 't'
