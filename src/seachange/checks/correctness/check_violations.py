"""A CHECK fails on a table where a row breaks it (23514), after the table was read under a lock.

The same when a CHECK that was added NOT VALID is validated.  A condition that comes to NULL counts as met.

Look for such rows first, and put them right.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks, Verdict
from seachange.checks.conditions import Condition, conditions
from seachange.checks.named import there
from seachange.checks.preflight import askable, first_fault
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    for condition in conditions(written, around.world):
        if not condition.proved or not there(around.world, condition.table):
            continue
        if not around.world.known:
            if not any(any(conditions(each, World())) for each in around.earlier):
                yield _remark(condition, Verdict.UNKNOWN)
        elif askable(around, condition.table, condition.columns):
            message = f"Rows of {spelled(condition.table)} do not meet {condition.expression}."
            asks = first_fault(condition.table, f"not ({condition.expression})", message)
            yield _remark(condition, Verdict.FLAGGED, asks=asks)


def _remark(condition: Condition, verdict: Verdict, asks: Question | None = None) -> Remark:
    about = spelled(condition.table)
    return Remark(
        message=f"A row of {about} that does not meet {condition.expression} stops this.",
        about=about,
        advice="Put such rows right first.",
        safe=f"SELECT * FROM {about} WHERE NOT ({condition.expression});",
        verdict=verdict,
        asks=asks,
    )


CHECK = Check(
    name="check-violations",
    code="CO05",
    severity=Severity.ERROR,
    needs=frozenset({Needs.DATA}),
    summary="CHECK constraints that rows break",
    kinds=("AlterTableStmt",),
    statement=_look,
)
