-- Views.
select c.tableoid::regclass as class, c.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       pg_get_viewdef(c.oid) as definition,
       case when c.reloptions is null then '{}' else
         array(select o from unnest(c.reloptions) o order by 1) end as options
from pg_class c
where c.relkind = 'v'
  and c.oid >= 16384
  and c.relpersistence <> 't'
