"""Several ALTER TABLE statements go through the same table, where one would do.

Each statement that writes a table anew, or reads it whole, under a lock that keeps everybody out, takes its own pass
through all rows.  One ALTER TABLE with several actions takes one pass for all of them.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.rewriting import ALTER
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.step import Lock


def _look(written: Written, around: Around) -> Remarks:
    for table in sorted(around.effects.rewrites | around.effects.scans):
        if around.effects.on(table) < Lock.ACCESS_EXCLUSIVE or around.first(f"a pass through {spelled(table)}"):
            continue
        yield Remark(
            message=f"This is not the first statement here that goes through all rows of {spelled(table)} while nobody "
            "can use it.",
            about=spelled(table),
            advice="Put the actions into one ALTER TABLE: one pass serves them all.",
        )


CHECK = Check(
    name="several-rewrites-one-table",
    code="RW15",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="several passes through one table, where one would do",
    kinds=ALTER,
    statement=_look,
    same_as=("eugene W12", "pgls multipleAlterTable"),
)
