-- Tables in publications, with the rows and columns that are published.
-- Columns that a version lacks come from `since`: a name is looked for in the inner query first.
select r.tableoid::regclass as class, r.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       array[p.pubname::text] as args,
       array(select a.attname::text from pg_attribute a
             where a.attrelid = c.oid and a.attnum = any (v.prattrs::int2[]) order by 1) as columns,
       pg_get_expr(v.prqual, c.oid) as where
from pg_publication_rel r
join pg_publication p on p.oid = r.prpubid
join pg_class c on c.oid = r.prrelid
cross join (values (null::int2vector, null::pg_node_tree)) as since(prattrs, prqual)
cross join lateral (select prattrs, prqual from (select r.*) own) v
