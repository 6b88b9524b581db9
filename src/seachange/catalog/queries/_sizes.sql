-- How much the tables hold, each with what inherits from it: rows as last estimated, bytes with indexes and TOAST.
with recursive held(relation, part) as (
  select oid, oid
  from pg_class
  where relkind in ('r', 'p', 'm') and oid >= 16384 and relpersistence <> 't'
  union
  select h.relation, i.inhrelid
  from held h
  join pg_inherits i on i.inhparent = h.part
)
select n.nspname as schema,
       c.relname as name,
       coalesce(sum(greatest(p.reltuples, 0)), 0)::int8 as rows,
       coalesce(sum(pg_total_relation_size(p.oid)), 0)::int8 as bytes
from held h
join pg_class c on c.oid = h.relation
join pg_namespace n on n.oid = c.relnamespace
join pg_class p on p.oid = h.part
group by n.nspname, c.relname
