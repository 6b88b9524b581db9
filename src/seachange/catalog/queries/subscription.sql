-- Subscriptions.  The connection string is read without its password; `hidden`: we may not read it at all.
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
cross join lateral (
  select case when has_column_privilege('pg_catalog.pg_subscription', 'subconninfo', 'select') then
    convert_from(decode(substring(query_to_xml(
      format('select encode(convert_to(subconninfo, ''UTF8''), ''hex'') as hex from pg_subscription where oid = %s', s.oid),
      false, true, '')::text from '<hex>([0-9a-f]*)</hex>'), 'hex'), 'UTF8') end as connection
) c
where s.subdbid = (select oid from pg_database where datname = current_database())
