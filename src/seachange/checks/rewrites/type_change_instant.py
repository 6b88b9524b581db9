"""ALTER COLUMN TYPE that only changes the catalog takes an instant, and takes the statistics of the column away.

A longer `varchar` or `text` in its place, more digits of a `numeric` at the same scale, more digits of a second, `cidr`
to `inet`, a domain without constraints and its base: no row is touched, though the lock is ACCESS EXCLUSIVE.  The
planner knows nothing of the column until it is analyzed, and may choose bad plans meanwhile.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.rewriting import changes
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for change in changes(around):
        if change.old is None or around.effects.works:
            continue
        yield Remark(
            message=f"{name(change.name)} of {spelled(change.table)} becomes {change.type} in an instant, but what the "
            "planner knew of its values is gone.",
            about=spelled(change.table),
            advice="Analyze the column afterwards.",
            safe=f"ANALYZE {spelled(change.table)} ({name(change.name)});",
        )


CHECK = Check(
    name="type-change-instant",
    code="RW08",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="ALTER COLUMN TYPE that touches no row, but forgets statistics",
    kinds=("AT_AlterColumnType",),
    statement=_look,
    optional=True,
)
