-- Extended statistics.
select s.tableoid::regclass as class, s.oid,
       s.stxnamespace::regnamespace as of,
       s.stxname as name,
       s.stxrelid::regclass as table,
       pg_get_statisticsobjdef_columns(s.oid) as on,
       array(select case k when 'd' then 'ndistinct' when 'f' then 'dependencies' when 'm' then 'mcv' when 'e' then 'expressions' end
             from unnest(s.stxkind) k order by 1) as types,
       nullif(s.stxstattarget, -1)::int4 as target
from pg_statistic_ext s
join pg_class c on c.oid = s.stxrelid and c.relpersistence <> 't'
where s.oid >= 16384
