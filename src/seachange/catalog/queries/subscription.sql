-- Subscriptions.  The connection string is read without its password, and only where we may read it at all.
-- ts_stat runs a text as a query: what we may not read is then not even asked for.
-- Columns that a version lacks come from `since`: a name is looked for in the inner query first.
select 'pg_subscription'::regclass as class, s.oid,
       s.subname as name,
       regexp_replace(regexp_replace(c.connection,
         '((?:pass|secret|key)\w*)\s*=\s*(''(\\.|[^''\\])*''|[^\s&]+)', '\1=********', 'gi'),
         '^(postgres(?:ql)?://[^:/@]*):[^/]*@', '\1:********@', 'i') as connection,
       s.subpublications as publications,
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
  select substr(x.word, 2) as connection
  from ts_stat(format('select array_to_tsvector(array[''='' || subconninfo]) from pg_catalog.pg_subscription where oid = %s', s.oid)) x
  where has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select')
  offset 0
) c on true
where s.subdbid = (select oid from pg_database where datname = current_database())
