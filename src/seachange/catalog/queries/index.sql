-- Indexes, those that a constraint keeps included.
-- Key parts are spelled out only where one is an expression, has an order or a collation of its own, or an operator class
-- that is not its type's usual one.
select c.tableoid::regclass as class, c.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       i.indrelid::regclass as table,
       m.amname as method,
       i.indisunique as unique,
       (i.indkey::int2[])[0:i.indnkeyatts - 1] as columns,
       case when p.plain then '{}' else
         array(select pg_get_indexdef(c.oid, n, false)
                 || case when i.indcollation[n - 1] <> 0 and i.indcollation[n - 1] <> coalesce(a.attcollation, x.attcollation)
                    then ' COLLATE ' || i.indcollation[n - 1]::regcollation::text else '' end
                 || case when o.opcdefault and (o.opcintype = x.atttypid or not exists (
                           select from pg_opclass d where d.opcmethod = c.relam and d.opcdefault and d.opcintype = x.atttypid))
                         and x.attoptions is null
                    then '' else ' ' || o.opcnamespace::regnamespace::text || '.' || quote_ident(o.opcname)
                      || coalesce('(' || array_to_string(x.attoptions, ', ') || ')', '') end
                 || case i.indoption[n - 1] when 1 then ' DESC NULLS LAST' when 2 then ' NULLS FIRST'
                      when 3 then ' DESC' else '' end
               from generate_series(1, i.indnkeyatts) n
               join pg_attribute x on x.attrelid = c.oid and x.attnum = n
               join pg_opclass o on o.oid = i.indclass[n - 1]
               left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[n - 1] and a.attnum > 0
               order by n) end as keys,
       case when i.indnatts > i.indnkeyatts
         then (i.indkey::int2[])[i.indnkeyatts:] else '{}' end as include,
       pg_get_expr(i.indpred, i.indrelid) as predicate,
       coalesce(v.indnullsnotdistinct, false) as nulls_not_distinct,
       case when c.reloptions is null then '{}' else
         array(select o from unnest(c.reloptions) o order by 1) end as options,
       s.spcname as tablespace,
       coalesce(t.statistics, '{}') as statistics,
       h.inhparent::regclass as part_of,
       i.indisvalid as valid,
       k.conindid is not null as constraint
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_am m on m.oid = c.relam
left join pg_tablespace s on s.oid = c.reltablespace
left join pg_inherits h on h.inhrelid = c.oid
left join (select attrelid, array_agg(attnum || '=' || attstattarget order by attnum) as statistics
           from pg_attribute where attstattarget > 0 group by attrelid) t on t.attrelid = c.oid
left join (select distinct conindid from pg_constraint where contype in ('p', 'u', 'x')) k on k.conindid = c.oid
left join lateral (
  select i.indexprs is null
     and not exists (
       select from generate_series(0, i.indnkeyatts - 1) n
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[n]
       join pg_attribute x on x.attrelid = c.oid and x.attnum = n + 1
       join pg_opclass o on o.oid = i.indclass[n]
       where i.indoption[n] <> 0 or i.indcollation[n] not in (0, a.attcollation) or x.attoptions is not null
          or not (o.opcdefault and (o.opcintype = a.atttypid or not exists (
                    select from pg_opclass d where d.opcmethod = c.relam and d.opcdefault and d.opcintype = a.atttypid)))
     ) as plain) p on true
cross join (values (false)) as since(indnullsnotdistinct)
cross join lateral (select indnullsnotdistinct from (select i.*) own) v
where i.indrelid >= 16384
  and c.relnamespace <> 'pg_toast'::regnamespace
  and c.relpersistence <> 't'
