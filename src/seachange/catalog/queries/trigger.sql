-- Triggers.  A partition's copy of its parent's trigger, which PostgreSQL 14 calls internal, is listed only where it is
-- switched differently.
select t.tableoid::regclass as class, t.oid,
       t.tgrelid::regclass as of,
       t.tgname as name,
       pg_get_triggerdef(t.oid) as definition,
       t.tgfoid::regproc::text as function,
       case t.tgenabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' else 'origin' end as enabled
from pg_trigger t
join pg_class c on c.oid = t.tgrelid and c.relpersistence <> 't'
left join pg_trigger p on p.oid = t.tgparentid
where t.oid >= 16384
  and (not t.tgisinternal or not p.tgisinternal)
  and (t.tgparentid = 0 or t.tgenabled <> p.tgenabled)
