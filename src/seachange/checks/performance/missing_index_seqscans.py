"""A large table is read whole again and again, more often than by its indexes.

The server counts how often each table was read from end to end, and how many rows that was. Where a table of ten
thousand rows or more is read so a hundred times and more, and more often than by index, a query asks for something
that no index answers. Which one it is, pg_stat_statements tells; what an index would do for it, EXPLAIN.
"""

from __future__ import annotations

from seachange.checks.asking import asking
from seachange.checks.check import Check, Needs
from seachange.finding import Severity

ASKED = """
select {spelled},
       format('%s was read whole %s times, of %s rows each time, and %s times by index.',
              {spelled}, t.seq_scan, t.seq_tup_read / t.seq_scan, coalesce(t.idx_scan, 0))
from pg_stat_user_tables t
join pg_class c on c.oid = t.relid
join pg_namespace n on n.oid = c.relnamespace
where t.seq_scan >= 100
  and t.seq_tup_read / t.seq_scan >= 10000
  and t.seq_scan > coalesce(t.idx_scan, 0)
order by 1
"""

CHECK = Check(
    name="missing-index-seqscans",
    code="PF05",
    severity=Severity.NOTE,
    needs=frozenset({Needs.DATA, Needs.ACTIVITY}),
    summary="large tables that are read whole again and again",
    state=asking(
        ASKED,
        "Which large tables are read whole again and again, the server has counted.",
        "Look in pg_stat_statements for the queries, and at their plans.",
    ),
    same_as=("pghero suggested_indexes",),
)
