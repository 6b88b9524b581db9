-- Tables in publications, with the rows and columns that are published.
select r.tableoid::regclass as class, r.oid,
       c.relnamespace::regnamespace as of,
       c.relname as name,
       array[p.pubname::text] as args,
       array(select a.attname::text from pg_attribute a
             where a.attrelid = c.oid
               and a.attnum = any (string_to_array(to_jsonb(r) ->> 'prattrs', ' ')::int2[]) order by 1) as columns,
       pg_get_expr((to_jsonb(r) ->> 'prqual')::pg_node_tree, c.oid) as where
from pg_publication_rel r
join pg_publication p on p.oid = r.prpubid
join pg_class c on c.oid = r.prrelid
