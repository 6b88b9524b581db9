-- Base types and shells.
select t.tableoid::regclass as class, t.oid,
       t.typnamespace::regnamespace as of,
       t.typname as name,
       t.typisdefined as defined,
       nullif(t.typinput::text, '-') as input,
       nullif(t.typoutput::text, '-') as output,
       nullif(t.typreceive::text, '-') as receive,
       nullif(t.typsend::text, '-') as send,
       nullif(t.typmodin::text, '-') as typmod_in,
       nullif(t.typmodout::text, '-') as typmod_out,
       nullif(t.typanalyze::text, '-') as analyze,
       nullif(t.typsubscript::text, '-') as subscript,
       t.typlen::int4 as length,
       t.typbyval as by_value,
       case t.typalign when 'c' then 'char' when 's' then 'int2' when 'd' then 'double' else 'int4' end as alignment,
       case t.typstorage when 'e' then 'external' when 'm' then 'main' when 'x' then 'extended' else 'plain' end as storage,
       t.typcategory::text as category,
       t.typispreferred as preferred,
       t.typdefault as default,
       case when t.typelem <> 0 then format_type(t.typelem, null) end as element,
       t.typdelim::text as delimiter,
       t.typcollation <> 0 as collatable
from pg_type t
left join pg_type e on e.oid = t.typelem
where t.oid >= 16384
  and (t.typtype = 'p' and not t.typisdefined or t.typtype = 'b' and coalesce(e.typarray <> t.oid, true))
