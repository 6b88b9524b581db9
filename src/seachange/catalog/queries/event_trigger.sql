-- Event triggers.
select e.tableoid::regclass as class, e.oid,
       e.evtname as name,
       e.evtevent as event,
       array(select t from unnest(e.evttags) t order by 1) as tags,
       e.evtfoid::regproc::text as function,
       case e.evtenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' else 'origin' end as enabled
from pg_event_trigger e
where e.oid >= 16384
