-- Foreign-data wrappers.  What may be a secret among the options is not read.
select w.tableoid::regclass as class, w.oid,
       w.fdwname as name,
       case when w.fdwhandler <> 0 then w.fdwhandler::regproc::text end as handler,
       case when w.fdwvalidator <> 0 then w.fdwvalidator::regproc::text end as validator,
       array(select case when o ~* '^[^=]*(pass|secret|token|key|credential)[^=]*=' then split_part(o, '=', 1) || '=********' else o end
             from unnest(w.fdwoptions) o order by 1) as options
from pg_foreign_data_wrapper w
where w.oid >= 16384
