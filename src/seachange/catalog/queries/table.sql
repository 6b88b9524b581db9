-- Tables: plain, partitioned, partitions and typed ones.
select c.tableoid::regclass as class, c.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       c.relpersistence = 'u' as unlogged,
       case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
       coalesce(i.parents, '{}') as parents,
       pg_get_expr(c.relpartbound, c.oid) as bound,
       case when c.reloftype <> 0 then c.reloftype::regtype::text end as of_type,
       m.amname as access_method,
       s.spcname as tablespace,
       case when coalesce(c.reloptions, t.reloptions) is null then '{}' else
         array(select o from unnest(c.reloptions) o
               union all select 'toast.' || o from unnest(t.reloptions) o order by 1) end as options,
       case c.relreplident when 'd' then 'default' when 'n' then 'nothing' when 'f' then 'full'
         else 'index ' || r.relname end as replica_identity,
       l.relname as cluster_on,
       c.relrowsecurity as row_security,
       c.relforcerowsecurity as force_row_security
from pg_class c
left join pg_class t on t.oid = c.reltoastrelid and t.reloptions is not null
left join pg_am m on m.oid = c.relam
left join pg_tablespace s on s.oid = c.reltablespace
left join (select inhrelid, array_agg(inhparent::regclass order by inhseqno) as parents
           from pg_inherits group by inhrelid) i on i.inhrelid = c.oid
left join (select i.indrelid, c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
           where i.indisreplident) r on r.indrelid = c.oid
left join (select i.indrelid, c.relname from pg_index i join pg_class c on c.oid = i.indexrelid
           where i.indisclustered and c.oid >= 16384) l on l.indrelid = c.oid
where c.relkind in ('r', 'p')
  and c.oid >= 16384
  and c.relpersistence <> 't'
