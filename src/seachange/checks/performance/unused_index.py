"""An index has not been read since the server counts, while its table has.

It costs with each write and takes room, on disk and in memory, for nothing. Told are indexes that keep nothing unique
and belong to no constraint, of tables that were read at least a thousand times, or for thirty days. A standby counts
for itself: an index that only reports on a standby use looks unused on the primary. And a job that runs once a year
may be what an index is for.
"""

from __future__ import annotations

from seachange.checks.asking import asking
from seachange.checks.check import Check, Needs
from seachange.finding import Severity

ASKED = """
select {spelled},
       format('The index %I of %s was not read once while its table was read %s times.',
              i.indexrelname, {spelled}, t.seq_scan + coalesce(t.idx_scan, 0))
from pg_stat_user_indexes i
join pg_stat_user_tables t on t.relid = i.relid
join pg_index x on x.indexrelid = i.indexrelid
join pg_class c on c.oid = i.relid
join pg_namespace n on n.oid = c.relnamespace
join pg_stat_database d on d.datname = current_database()
where i.idx_scan = 0
  and x.indisvalid and not x.indisunique and not x.indisexclusion and not x.indisreplident
  and (t.seq_scan + coalesce(t.idx_scan, 0) >= 1000
       or coalesce(d.stats_reset, pg_postmaster_start_time()) < now() - interval '30 days')
order by 1, 2
"""

CHECK = Check(
    name="unused-index",
    code="PF04",
    severity=Severity.NOTE,
    needs=frozenset({Needs.DATA, Needs.ACTIVITY}),
    summary="indexes that nothing reads",
    state=asking(
        ASKED,
        "Which indexes nothing reads, the server has counted.",
        "Look on each standby as well, and then drop it CONCURRENTLY.",
    ),
    same_as=("splinter 0005", "pghero unused_indexes"),
)
