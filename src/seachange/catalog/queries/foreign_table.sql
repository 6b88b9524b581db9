-- Foreign tables.  What may be a secret among the options is not read.
select c.tableoid::regclass as class, c.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       s.srvname as server,
       array(select case when o ~* '^[^=]*(pass|secret|token|key|credential)[^=]*=' then split_part(o, '=', 1) || '=********' else o end
             from unnest(f.ftoptions) o order by 1) as options,
       array(select inhparent::regclass from pg_inherits where inhrelid = c.oid order by inhseqno) as parents,
       pg_get_expr(c.relpartbound, c.oid) as bound
from pg_foreign_table f
join pg_class c on c.oid = f.ftrelid
join pg_foreign_server s on s.oid = f.ftserver
where c.oid >= 16384
