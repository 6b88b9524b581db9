-- Encoding conversions.
select c.tableoid::regclass as class, c.oid,
       c.connamespace::regnamespace as of,
       c.conname as name,
       pg_encoding_to_char(c.conforencoding)::text as source,
       pg_encoding_to_char(c.contoencoding)::text as target,
       c.conproc::text as function,
       c.condefault as default
from pg_conversion c
where c.oid >= 16384
