-- Collations.
select c.tableoid::regclass as class, c.oid,
       c.collnamespace::regnamespace as of,
       c.collname as name,
       case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' when 'd' then 'default' else 'libc' end as provider,
       coalesce(c.collcollate, to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale') as locale,
       nullif(c.collctype, c.collcollate) as ctype,
       to_jsonb(c) ->> 'collicurules' as rules,
       c.collisdeterministic as deterministic,
       case when c.collencoding <> -1 then pg_encoding_to_char(c.collencoding)::text end as encoding
from pg_collation c
where c.oid >= 16384
