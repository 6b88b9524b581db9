-- Functions and procedures; `kind` tells which.  The constructors of a range type come with it and are not listed.
select case p.prokind when 'p' then 'procedure' else 'function' end as kind,
       p.tableoid::regclass as class, p.oid,
       p.pronamespace::regnamespace as of,
       p.proname as name,
       array(select format_type(t, null) from unnest(p.proargtypes) with ordinality as u(t, n) order by n) as args,
       pg_get_function_arguments(p.oid) as arguments,
       pg_get_function_result(p.oid) as returns,
       l.lanname as language,
       case when p.prosqlbody is null then p.prosrc end as body,
       p.probin as library,
       case when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid) end as statements,
       case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end as volatility,
       p.proisstrict as strict,
       p.prosecdef as security_definer,
       p.proleakproof as leakproof,
       p.prokind = 'w' as window,
       case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end as parallel,
       p.procost::float8 as cost,
       p.prorows::float8 as rows,
       case when p.prosupport <> 0 then p.prosupport::regproc::text end as support,
       case when p.protrftypes is null then '{}' else
         array(select format_type(t, null) from unnest(p.protrftypes) t) end as transforms,
       case when p.proconfig is null then '{}' else
         array(select c from unnest(p.proconfig) c order by 1) end as settings
from pg_proc p
join pg_language l on l.oid = p.prolang
where p.oid >= 16384
  and p.prokind in ('f', 'p', 'w')
  and (l.lanname <> 'internal' or p.prosrc !~ '^(multi)?range_constructor[0-9]$')
  and p.pronamespace not in (select oid from pg_namespace where nspname ~ '^pg_temp')
