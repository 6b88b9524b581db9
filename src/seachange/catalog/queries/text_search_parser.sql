-- Text search parsers.
select p.tableoid::regclass as class, p.oid,
       p.prsnamespace::regnamespace as of,
       p.prsname as name,
       p.prsstart::text as start,
       p.prstoken::text as token,
       p.prsend::text as end,
       nullif(p.prsheadline::text, '-') as headline,
       p.prslextype::text as lextypes
from pg_ts_parser p
where p.oid >= 16384
