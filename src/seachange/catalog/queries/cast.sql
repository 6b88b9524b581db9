-- Casts.
select c.tableoid::regclass as class, c.oid,
       format_type(c.castsource, null) as name,
       array[format_type(c.casttarget, null)] as args,
       case c.castmethod when 'f' then 'function' when 'i' then 'inout' else 'binary' end as method,
       case when c.castfunc <> 0 then c.castfunc::regprocedure::text end as function,
       case c.castcontext when 'i' then 'implicit' when 'a' then 'assignment' else 'explicit' end as context
from pg_cast c
where c.oid >= 16384
  and not exists (select from pg_range r where r.rngtypid = c.castsource and r.rngmultitypid = c.casttarget)
