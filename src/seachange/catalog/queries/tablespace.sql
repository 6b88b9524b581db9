-- Tablespaces.
select t.tableoid::regclass as class, t.oid,
       t.spcname as name,
       pg_tablespace_location(t.oid) as location,
       array(select o from unnest(t.spcoptions) o order by 1) as options
from pg_tablespace t
where t.oid >= 16384
