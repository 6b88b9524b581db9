-- Access methods of tables and indexes.
select m.tableoid::regclass as class, m.oid,
       m.amname as name,
       case m.amtype when 't' then 'table' else 'index' end as type,
       m.amhandler::text as handler
from pg_am m
where m.oid >= 16384
