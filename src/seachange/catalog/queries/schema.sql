-- Schemas that people made, and public.
select n.tableoid::regclass as class, n.oid,
       n.nspname as name
from pg_namespace n
where (n.oid >= 16384 or n.nspname = 'public')
  and n.nspname !~ '^pg_(toast|temp|toast_temp_)'
