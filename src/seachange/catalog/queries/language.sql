-- Procedural languages.
select l.tableoid::regclass as class, l.oid,
       l.lanname as name,
       l.lanpltrusted as trusted,
       case when l.lanplcallfoid <> 0 then l.lanplcallfoid::regproc::text end as handler,
       case when l.laninline <> 0 then l.laninline::regproc::text end as inline,
       case when l.lanvalidator <> 0 then l.lanvalidator::regproc::text end as validator
from pg_language l
where l.lanispl
