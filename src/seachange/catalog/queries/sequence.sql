-- Sequences, those of serial and identity columns included.  Bounds are told where they are not those of the type.
select c.tableoid::regclass as class, c.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       format_type(s.seqtypid, null) as type,
       s.seqstart as start,
       s.seqincrement as increment,
       nullif(s.seqmin, case when s.seqincrement > 0 then 1 else t.lowest end) as minimum,
       nullif(s.seqmax, case when s.seqincrement > 0 then -(t.lowest + 1) else -1 end) as maximum,
       s.seqcache as cache,
       s.seqcycle as cycle,
       c.relpersistence = 'u' as unlogged,
       d.refobjid::regclass as owned_by,
       a.attname as owned_by_column,
       coalesce(d.deptype = 'i', false) as identity
from pg_class c
join pg_sequence s on s.seqrelid = c.oid
cross join lateral (select case s.seqtypid when 'int2'::regtype then -32768 when 'int4'::regtype then -2147483648
                                  else -9223372036854775808 end as lowest) t
left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
  and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
where c.relkind = 'S'
  and c.oid >= 16384
  and c.relpersistence <> 't'
