-- Schemas in publications.
-- since: 15
select s.tableoid::regclass as class, s.oid,
       n.nspname as name,
       array[p.pubname::text] as args
from pg_publication_namespace s
join pg_publication p on p.oid = s.pnpubid
join pg_namespace n on n.oid = s.pnnspid
