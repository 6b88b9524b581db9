-- Foreign tables.
select c.tableoid::regclass as class, c.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       s.srvname as server,
       array(select o from unnest(f.ftoptions) o order by 1) as options,
       array(select inhparent::regclass from pg_inherits where inhrelid = c.oid order by inhseqno) as parents,
       pg_get_expr(c.relpartbound, c.oid) as bound
from pg_foreign_table f
join pg_class c on c.oid = f.ftrelid
join pg_foreign_server s on s.oid = f.ftserver
where c.oid >= 16384
