-- Subscriptions.  The connection string is read without its password; `hidden`: we may not read it at all.
-- ts_stat runs a text as a query: what we may not read is then not even asked for.  Its words hold 2,046 bytes at most.
-- Columns that a version lacks come from `since`: a name is looked for in the inner query first.
select 'pg_subscription'::regclass as class, s.oid,
       s.subname as name,
       not has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select') as hidden,
       case when c.connection ~* '^postgres(ql)?://' then
         regexp_replace(regexp_replace(c.connection,
           '([?&]\w*(?:pass|secret|key)\w*)=[^&]*', '\1=********', 'gi'),
           '^([^:]*://[^:/@]*):[^/]*@', '\1:********@')
       else
         regexp_replace(c.connection,
           '((?:pass|secret|key)\w*)\s*=\s*(''(\\.|[^''\\])*''|(\\.|[^\s\\])+)', '\1=********', 'gi')
       end as connection,
       array(select p from unnest(s.subpublications) p order by 1) as publications,
       s.subenabled as enabled,
       s.subslotname as slot,
       s.subbinary as binary,
       case (select substream from pg_subscription o where o.oid = s.oid)::text
         when 't' then 'on' when 'true' then 'on' when 'p' then 'parallel' else 'off' end as streaming,
       (select subtwophasestate from pg_subscription o where o.oid = s.oid) <> 'd' as two_phase,
       (select subdisableonerr from pg_subscription o where o.oid = s.oid) as disable_on_error,
       (select subpasswordrequired from pg_subscription o where o.oid = s.oid) as password_required,
       (select subrunasowner from pg_subscription o where o.oid = s.oid) as run_as_owner,
       (select subfailover from pg_subscription o where o.oid = s.oid) as failover,
       (select suborigin from pg_subscription o where o.oid = s.oid) as origin,
       s.subsynccommit as synchronous_commit
from pg_subscription s
cross join (values ('d'::"char", false, true, false, false, 'any'))
  as since(subtwophasestate, subdisableonerr, subpasswordrequired, subrunasowner, subfailover, suborigin)
left join lateral (
  select string_agg(substr(x.word, 5), '' order by x.word collate "C") as connection
  from ts_stat(format('select array_to_tsvector(array(
                         select lpad(n::text, 4, ''0'') || substr(subconninfo, n * 400 + 1, 400)
                         from generate_series(0, length(subconninfo) / 400) n))
                       from pg_catalog.pg_subscription where oid = %s', s.oid)) x
  where has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select')
  offset 0
) c on true
where s.subdbid = (select oid from pg_database where datname = current_database())
