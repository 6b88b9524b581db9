"""A CHECK added NOT VALID lets old rows be, but nobody can update one that breaks it (23514).

Not valid means that it was not held against the rows that are there.  Whoever writes such a row anew, if only another
column of it, is held to it.  A foreign key asks only when its own columns change; a CHECK asks always.

Put the rows right before the CHECK comes, or write it so that they pass: created_at < '…' OR …
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.conditions import conditions
from seachange.checks.named import there
from seachange.checks.preflight import askable, first_fault
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    for condition in conditions(written, around.world):
        if condition.proved or not there(around.world, condition.table):
            continue
        if askable(around, condition.table, condition.columns):
            about = spelled(condition.table)
            message = f"Rows of {about} do not meet {condition.expression}: from then on no UPDATE of them passes."
            yield Remark(
                message=f"A row of {about} that does not meet {condition.expression} cannot be updated any more.",
                about=about,
                advice="Put such rows right first, or let the condition pass them.",
                safe=f"SELECT * FROM {about} WHERE NOT ({condition.expression});",
                asks=first_fault(condition.table, f"not ({condition.expression})", message),
            )


CHECK = Check(
    name="not-valid-check-freezes-bad-rows",
    code="CO06",
    severity=Severity.WARNING,
    needs=frozenset({Needs.DATA}),
    summary="CHECK … NOT VALID while rows break it",
    kinds=("AlterTableStmt",),
    statement=_look,
)
