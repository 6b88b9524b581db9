-- Constraints of domains.  NOT NULL is the domain's own flag.
select k.tableoid::regclass as class, k.oid,
       k.contypid::regtype as of,
       k.conname as name,
       'check' as type,
       pg_get_expr(k.conbin, 0) as expression,
       k.convalidated as validated
from pg_constraint k
where k.contypid >= 16384
  and k.contype = 'c'
