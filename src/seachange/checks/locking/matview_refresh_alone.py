"""REFRESH MATERIALIZED VIEW CONCURRENTLY lets others read, and no second one begin.

It reads the query's result and all that the view holds, compares them, and changes what differs, under an EXCLUSIVE
lock.  Readers go on.  Another refresh of the same view waits until this one is done, and where they are started by a
clock and take longer than its interval, they pile up.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.usage import weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import RefreshMatViewStmt


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, RefreshMatViewStmt)
    names = around.world.path(statement.relation)
    if statement.concurrent and weight(names, around) is not None:
        yield Remark(
            message=f"No other refresh of {spelled(names)} can begin until this one is done; readers go on.",
            about=spelled(names),
            advice="See that no other is started meanwhile.",
        )


CHECK = Check(
    name="matview-refresh-alone",
    code="LK41",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="REFRESH MATERIALIZED VIEW CONCURRENTLY, of which there can be one at a time",
    kinds=("RefreshMatViewStmt",),
    statement=_look,
)
