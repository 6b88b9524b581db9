"""A large part of a table is dead rows that VACUUM has not taken away.

Each UPDATE and DELETE leaves a dead row behind. They are read along by every scan, and room that they take is used
again only after VACUUM. Where more than a fifth of ten thousand rows and more are dead, autovacuum does not keep up:
it is switched off for the table, held up by an old transaction, a replication slot or a prepared transaction, or too
slow.
"""

from __future__ import annotations

from seachange.checks.asking import asking
from seachange.checks.check import Check, Needs
from seachange.finding import Severity

ASKED = """
select {spelled},
       format('%s of the rows of %s are dead, beside %s that live.', t.n_dead_tup, {spelled}, t.n_live_tup)
from pg_stat_user_tables t
join pg_class c on c.oid = t.relid
join pg_namespace n on n.oid = c.relnamespace
where t.n_dead_tup >= 10000
  and t.n_dead_tup > t.n_live_tup / 4
order by 1
"""

CHECK = Check(
    name="bloat",
    code="PF11",
    severity=Severity.NOTE,
    needs=frozenset({Needs.DATA, Needs.ACTIVITY}),
    summary="tables with many dead rows",
    state=asking(
        ASKED,
        "How many dead rows tables have, the server has counted.",
        "See what keeps VACUUM from them: an old transaction, a slot, a switch; then VACUUM.",
    ),
    same_as=("splinter 0020",),
)
