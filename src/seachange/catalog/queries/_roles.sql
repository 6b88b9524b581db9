-- The names of all roles.
select oid, rolname as name
from pg_roles
