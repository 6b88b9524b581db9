-- Text search templates.
select t.tableoid::regclass as class, t.oid,
       t.tmplnamespace::regnamespace as of,
       t.tmplname as name,
       nullif(t.tmplinit::text, '-') as init,
       t.tmpllexize::text as lexize
from pg_ts_template t
where t.oid >= 16384
