-- Constraints of domains.  NOT NULL is the domain's own flag; it is listed where that does not say it all.
select k.tableoid::regclass as class, k.oid,
       k.contypid::regtype as of,
       k.conname as name,
       case k.contype when 'c' then 'check' when 'n' then 'not null' end as type,
       pg_get_expr(k.conbin, 0) as expression,
       k.convalidated as validated
from pg_constraint k
join pg_type t on t.oid = k.contypid
where k.contypid >= 16384
  and (k.contype = 'c'
       or k.contype = 'n' and (
         k.conname <> left(t.typname, 54) || '_not_null'
         or k.oid in (select objoid from pg_description where classoid = 'pg_constraint'::regclass)))
