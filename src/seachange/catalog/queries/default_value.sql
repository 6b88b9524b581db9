-- Defaults of columns, and the expressions of generated ones.
select d.tableoid::regclass as class, d.oid,
       d.adrelid::regclass as of,
       d.adnum as name,
       pg_get_expr(d.adbin, d.adrelid) as expression
from pg_attrdef d
join pg_class c on c.oid = d.adrelid and c.relpersistence <> 't'
where d.adrelid >= 16384
