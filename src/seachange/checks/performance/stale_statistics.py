"""The statistics of a table are missing or old, and plans are made with wrong numbers.

After a load, a restore or a change of a column's type the planner knows nothing of what is in a table until it is
analyzed. Autovacuum gets to it some time later; to partitioned tables it never does, so that joins with them are
planned by guesses. ANALYZE takes seconds and lets everybody work on.

Told are tables with a thousand rows or more that were never analyzed, or of which a fifth has changed since, and
partitioned tables with rows that have no statistics of their own.
"""

from __future__ import annotations

from seachange.checks.asking import asking
from seachange.checks.check import Check, Needs
from seachange.finding import Severity

ASKED = """
select {spelled},
       case when c.relkind = 'p' then format('%s is partitioned and was never analyzed as a whole.', {spelled})
            when t.last_analyze is null and t.last_autoanalyze is null
            then format('%s has some %s rows and was never analyzed.', {spelled}, t.n_live_tup)
            else format('%s of %s rows of %s have changed since it was analyzed.',
                        t.n_mod_since_analyze, t.n_live_tup, {spelled}) end
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join pg_stat_user_tables t on t.relid = c.oid
where n.nspname not in ('pg_catalog', 'information_schema')
  and (c.relkind in ('r', 'm') and t.n_live_tup >= 1000
       and (t.last_analyze is null and t.last_autoanalyze is null or t.n_mod_since_analyze > t.n_live_tup / 5)
       or c.relkind = 'p' and c.reltuples < 0
       and exists (select from pg_partition_tree(c.oid) p join pg_stat_user_tables l on l.relid = p.relid
                   where p.isleaf and l.n_live_tup >= 1000))
order by 1
"""

CHECK = Check(
    name="stale-statistics",
    code="PF10",
    severity=Severity.WARNING,
    needs=frozenset({Needs.DATA, Needs.ACTIVITY}),
    summary="tables whose statistics are old or missing",
    state=asking(
        ASKED,
        "Which tables have old statistics or none, the server knows.",
        "Run ANALYZE, and put it into migrations that load or rewrite.",
    ),
    same_as=("pgsd ANALYZE", "strong_migrations auto_analyze"),
)
