-- Foreign servers.  What may be a secret among the options is not read.
select s.tableoid::regclass as class, s.oid,
       s.srvname as name,
       w.fdwname as wrapper,
       s.srvtype as type,
       s.srvversion as version,
       array(select case when o ~* '^[^=]*(pass|secret|token|key|credential)[^=]*=' then split_part(o, '=', 1) || '=********' else o end
             from unnest(s.srvoptions) o order by 1) as options
from pg_foreign_server s
join pg_foreign_data_wrapper w on w.oid = s.srvfdw
where s.oid >= 16384
