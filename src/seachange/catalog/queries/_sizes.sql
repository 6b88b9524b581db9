-- How much the tables hold, each with what inherits from it: rows as last estimated, bytes with indexes and TOAST.
-- The estimate grows with the file, as the planner has it; where nobody has counted yet, a row is taken for 100 bytes.
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
       coalesce(sum(case when p.relpages > 0 and p.reltuples >= 0
                         then p.reltuples / p.relpages * (pg_relation_size(p.oid) / current_setting('block_size')::int)
                         else pg_relation_size(p.oid) / 100 end), 0)::int8 as rows,
       coalesce(sum(pg_total_relation_size(p.oid)), 0)::int8 as bytes
from held h
join pg_class c on c.oid = h.relation
join pg_namespace n on n.oid = c.relnamespace
join pg_class p on p.oid = h.part
group by n.nspname, c.relname
