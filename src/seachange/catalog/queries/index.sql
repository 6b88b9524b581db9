-- Indexes, those that a constraint keeps included.
-- Key parts are spelled out only where one is an expression, has an order or a collation of its own, or an operator class
-- that is not its type's usual one.
with usual as materialized (
  select oid, opcmethod, opcintype from pg_opclass where opcdefault
)
select c.tableoid::regclass as class, c.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       i.indrelid::regclass as table,
       m.amname as method,
       i.indisunique as unique,
       (i.indkey::int2[])[0:i.indnkeyatts - 1] as columns,
       case when i.indexprs is not null or k.spelled then
         array(select pg_get_indexdef(c.oid, n, false)
                 || case when x.attcollation <> 0 and x.attcollation <> coalesce(a.attcollation, 100)
                    then ' COLLATE ' || x.attcollation::regcollation::text else '' end
                 || case when o.opcdefault and x.attoptions is null
                           and (o.opcintype = x.atttypid or (c.relam, x.atttypid) not in (select opcmethod, opcintype from usual))
                    then '' else ' ' || o.opcnamespace::regnamespace::text || '.' || quote_ident(o.opcname)
                      || coalesce('(' || array_to_string(x.attoptions, ', ') || ')', '') end
                 || case i.indoption[n - 1] when 1 then ' DESC NULLS LAST' when 2 then ' NULLS FIRST'
                      when 3 then ' DESC' else '' end
               from generate_series(1, i.indnkeyatts) n
               join pg_attribute x on x.attrelid = c.oid and x.attnum = n
               join pg_opclass o on o.oid = i.indclass[n - 1]
               left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[n - 1] and a.attnum > 0
               order by n)
         else '{}' end as keys,
       case when i.indnatts > i.indnkeyatts
         then (i.indkey::int2[])[i.indnkeyatts:] else '{}' end as include,
       pg_get_expr(i.indpred, i.indrelid) as predicate,
       coalesce(v.indnullsnotdistinct, false) as nulls_not_distinct,
       case when c.reloptions is null then '{}' else
         array(select o from unnest(c.reloptions) o order by 1) end as options,
       s.spcname as tablespace,
       coalesce(k.statistics, '{}') as statistics,
       h.inhparent::regclass as part_of,
       i.indisvalid as valid,
       c.oid in (select conindid from pg_constraint where contype in ('p', 'u', 'x')) as constraint
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_am m on m.oid = c.relam
left join pg_tablespace s on s.oid = c.reltablespace
left join pg_inherits h on h.inhrelid = c.oid
cross join lateral (
  select bool_or(x.attoptions is not null or i.indoption[x.attnum - 1] <> 0 or x.attcollation not in (0, 100)
           or i.indclass[x.attnum - 1] not in (select oid from usual)
           or (c.relam, x.atttypid) in (select opcmethod, opcintype from usual)
              and (i.indclass[x.attnum - 1], x.atttypid) not in (select oid, opcintype from usual)
           or x.attcollation = 100 and (select a.attcollation from pg_attribute a
                where a.attrelid = i.indrelid and a.attnum = i.indkey[x.attnum - 1]) <> 100) as spelled,
         array_agg(x.attnum || '=' || x.attstattarget order by x.attnum) filter (where x.attstattarget >= 0) as statistics
  from pg_attribute x
  where x.attrelid = c.oid and x.attnum <= i.indnkeyatts
) k
cross join (values (false)) as since(indnullsnotdistinct)
cross join lateral (select indnullsnotdistinct from (select i.*) own) v
where i.indrelid >= 16384
  and c.relnamespace <> 'pg_toast'::regnamespace
  and c.relpersistence <> 't'
