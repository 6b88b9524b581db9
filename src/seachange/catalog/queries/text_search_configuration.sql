-- Text search configurations.
select c.tableoid::regclass as class, c.oid,
       c.cfgnamespace::regnamespace as of,
       c.cfgname as name,
       p.prsnamespace::regnamespace::text || '.' || quote_ident(p.prsname) as parser
from pg_ts_config c
join pg_ts_parser p on p.oid = c.cfgparser
where c.oid >= 16384
