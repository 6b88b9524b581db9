-- Materialized views.
select c.tableoid::regclass as class, c.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       pg_get_viewdef(c.oid) as definition,
       case when coalesce(c.reloptions, t.reloptions) is null then '{}' else
         array(select o from unnest(c.reloptions) o
               union all select 'toast.' || o from unnest(t.reloptions) o order by 1) end as options,
       m.amname as access_method,
       s.spcname as tablespace,
       (select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid
        where x.indrelid = c.oid and x.indisclustered) as cluster_on,
       c.relispopulated as populated
from pg_class c
left join pg_class t on t.oid = c.reltoastrelid
left join pg_am m on m.oid = c.relam
left join pg_tablespace s on s.oid = c.reltablespace
where c.relkind = 'm'
  and c.oid >= 16384
