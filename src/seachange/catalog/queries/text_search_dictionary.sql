-- Text search dictionaries.
select d.tableoid::regclass as class, d.oid,
       d.dictnamespace::regnamespace as of,
       d.dictname as name,
       t.tmplnamespace::regnamespace::text || '.' || quote_ident(t.tmplname) as template,
       d.dictinitoption as options
from pg_ts_dict d
join pg_ts_template t on t.oid = d.dicttemplate
where d.oid >= 16384
