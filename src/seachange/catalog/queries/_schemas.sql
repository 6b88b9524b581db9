-- The names of all schemas but those of temporary objects.
select oid, nspname as name
from pg_namespace
where nspname !~ '^pg_(toast_)?temp_'
