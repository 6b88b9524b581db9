"""LOCK TABLE without a mode takes the strongest lock there is.

Nobody can use the table until the transaction ends, not even to read.  SHARE ROW EXCLUSIVE keeps writers out and lets
readers in, which is enough for most of what LOCK TABLE is written for; say the weakest mode that serves.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.editing import at_end, with_edits
from seachange.checks.usage import weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import LockStmt
from seachange.sql.parse import tokens


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, LockStmt)
    if any(token.text.upper() == "MODE" for token in tokens(written.text)):
        return
    tables = (around.world.path(each.range_var) for each in statement.relations)
    live = [names for names in tables if weight(names, around) is not None]
    if live:
        weaker = at_end(written, " IN SHARE ROW EXCLUSIVE MODE", "readers go on")
        yield Remark(
            message=f"Nobody can use {', '.join(map(spelled, live))} until the transaction ends, not even to read.",
            about=spelled(live[0]),
            advice="Say the weakest mode that serves.",
            safe=f"{with_edits(written, weaker)};" if weaker else "",
        )


CHECK = Check(
    name="explicit-lock-table",
    code="LK34",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="LOCK TABLE without a mode, which keeps everybody out",
    kinds=("LockStmt",),
    statement=_look,
    queueing=True,
)
