-- Which of the rights the role has not got, by their places in what was asked.  Of what is not there nothing can be
-- said: it gives null.  Names are looked up here, since PostgreSQL's own functions for that fail where the role may not
-- use a schema.
with needed as (
  select * from unnest(%(rights)s::text[], %(objects)s::text[]) with ordinality as need(what, object, place)
),
relations as (
  select c.oid, format('%%I.%%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f')
),
functions as (
  select p.oid, p.pronamespace::regnamespace || '.' || quote_ident(p.proname) || '()' as name
  from pg_proc p where p.pronargs = 0
)
select need.place
from needed need
left join relations r on need.what ~ 'TABLE$' and r.name = need.object
left join functions f on need.what ~ 'FUNCTION$' and f.name = need.object
where not case need.what
  when 'CREATE ON DATABASE' then has_database_privilege(current_database(), 'CREATE')
  when 'CREATE ON SCHEMA' then has_schema_privilege(to_regnamespace(need.object)::oid, 'CREATE')
  when 'USAGE ON SCHEMA' then has_schema_privilege(to_regnamespace(need.object)::oid, 'USAGE')
  when 'INSERT ON TABLE' then has_table_privilege(r.oid, 'INSERT')
  when 'TRIGGER ON TABLE' then has_table_privilege(r.oid, 'TRIGGER')
  when 'REFERENCES ON TABLE' then has_any_column_privilege(r.oid, 'REFERENCES')
  when 'EXECUTE ON FUNCTION' then has_function_privilege(f.oid, 'EXECUTE')
  when 'USAGE ON LANGUAGE' then (
    select has_language_privilege(l.oid, 'USAGE') from pg_language l
    where l.lanpltrusted and quote_ident(l.lanname) = need.object)
  when 'USAGE ON FOREIGN DATA WRAPPER' then (
    select has_foreign_data_wrapper_privilege(w.oid, 'USAGE') from pg_foreign_data_wrapper w
    where quote_ident(w.fdwname) = need.object)
  when 'USAGE ON FOREIGN SERVER' then (
    select has_server_privilege(s.oid, 'USAGE') from pg_foreign_server s where quote_ident(s.srvname) = need.object)
end
