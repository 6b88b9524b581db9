"""A vacuum against wraparound does not give way to a script as other vacuums do.

An ordinary autovacuum is ended when somebody waits for its lock.  One that keeps transaction numbers from running out
is not, and may take hours on a large table.  Do not end it: it begins again, and once numbers are short, PostgreSQL
takes no more writes.  Run the script when it is done.
"""

from __future__ import annotations

from seachange.checks.activity import age, asked, held, wanted
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remarks
from seachange.finding import Severity
from seachange.sql.migration import Written

MESSAGE = "A vacuum against wraparound lets this script wait."
ADVICE = "Wait until it is done; do not end it."


def _look(written: Written, around: Around) -> Remarks:
    locks = wanted(around)
    if locks:
        yield from asked(
            MESSAGE,
            ADVICE,
            f"""\
{held(locks)}select distinct k.relation, format('Process %s vacuums %s against wraparound, for %s seconds by now.',
  a.pid, k.relation, {age("a.xact_start")})
from pg_catalog.pg_stat_activity a join known k on k.pid = a.pid
where a.backend_type = 'autovacuum worker' and a.query like '%(to prevent wraparound)%'""",
        )


CHECK = Check(
    name="blocker-antiwraparound-vacuum",
    code="LK38",
    severity=Severity.WARNING,
    needs=frozenset({Needs.ACTIVITY}),
    summary="a vacuum against wraparound that is in the way",
    statement=_look,
    queueing=True,
)
