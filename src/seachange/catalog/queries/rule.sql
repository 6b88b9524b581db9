-- Rewrite rules; a view's own SELECT rule is the view.
select r.tableoid::regclass as class, r.oid,
       r.ev_class::regclass as of,
       r.rulename as name,
       pg_get_ruledef(r.oid) as definition,
       case r.ev_enabled when 'D' then 'disabled' when 'R' then 'replica' when 'A' then 'always' else 'origin' end as enabled
from pg_rewrite r
where r.oid >= 16384
  and r.rulename <> '_RETURN'
