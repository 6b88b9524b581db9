-- The dictionaries that a text search configuration asks for each type of token.
select m.mapcfg::regconfig as of,
       t.alias as name,
       array_agg(d.dictnamespace::regnamespace::text || '.' || quote_ident(d.dictname) order by m.mapseqno) as dictionaries
from pg_ts_config_map m
join pg_ts_config c on c.oid = m.mapcfg
join pg_ts_dict d on d.oid = m.mapdict
join lateral ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype
where m.mapcfg >= 16384
group by m.mapcfg, t.alias
