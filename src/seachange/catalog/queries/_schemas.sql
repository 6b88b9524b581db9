-- The names of all schemas.
select oid, nspname as name
from pg_namespace
