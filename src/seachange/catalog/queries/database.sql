-- The database itself.
select d.tableoid::regclass as class, d.oid,
       d.datconnlimit as connection_limit,
       d.datistemplate as template,
       s.spcname as tablespace,
       pg_encoding_to_char(d.encoding)::text as encoding,
       case to_jsonb(d) ->> 'datlocprovider' when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end as locale_provider,
       d.datcollate as collate,
       d.datctype as ctype,
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale
from pg_database d
join pg_tablespace s on s.oid = d.dattablespace
where d.datname = current_database()
