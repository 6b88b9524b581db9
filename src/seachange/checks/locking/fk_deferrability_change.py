"""Whether a foreign key may be deferred changes in an instant, but waits for its lock, and others behind it.

ALTER CONSTRAINT … DEFERRABLE and its like take ACCESS EXCLUSIVE on the table that refers.  A short lock_timeout, and
another try, is all it needs.
"""

from __future__ import annotations

from seachange.checks.altering import commands, definition
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remarks
from seachange.checks.queue import queued
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_AlterConstraint


def _look(written: Written, around: Around) -> Remarks:
    found = (definition(command).atalter_constraint for command in commands(around, AT_AlterConstraint))
    if any(each.alter_deferrability for each in found):
        yield from queued(around, "when a foreign key is checked")


CHECK = Check(
    name="fk-deferrability-change",
    code="LK33",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="a foreign key that becomes deferrable, or is no longer",
    kinds=("AT_AlterConstraint",),
    statement=_look,
    queueing=True,
)
