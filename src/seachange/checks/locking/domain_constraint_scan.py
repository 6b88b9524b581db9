"""A constraint of a domain is checked in all tables that use it, while nobody can write to them.

ADD CONSTRAINT, SET NOT NULL and VALIDATE CONSTRAINT take SHARE locks on every table with a column of the domain, and
read them all.  NOT VALID only puts it off: VALIDATE takes the same locks again.  What does work while others write is a
CHECK on each table, NOT VALID and then validated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.usage import reason, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterDomainStmt

ADD, NOT_NULL, VALIDATE = "C", "O", "V"
SAME = ("squawk ban-alter-domain-with-add-constraint",)
OTHER = ("pg-index-health domain",)


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, AlterDomainStmt)
    if not _checks_rows(statement):
        return
    domain = spelled(tuple(part.string.sval for part in statement.type_name))
    for names, severity in _tables(around):
        what = spelled(names) if names else f"any table that uses {domain}"
        yield Remark(
            message=f"Nobody can write to {what} while all its rows are checked."
            f"{reason(names, around) if names else ''}",
            about=domain,
            advice="Add a CHECK to each table instead, NOT VALID, and validate it.",
            severity=severity,
            same_as=SAME if statement.subtype == ADD else OTHER,
        )


def _checks_rows(statement: Any) -> bool:
    if statement.subtype == ADD:
        return not getattr(statement, "def").constraint.skip_validation
    return statement.subtype in (NOT_NULL, VALIDATE)


def _tables(around: Around) -> Iterator[tuple[Path, Severity]]:
    """The tables that use it, as far as they are known; an empty name stands for those that are not."""
    if not around.world.known:
        yield (), Severity.ERROR
    for names in sorted(around.effects.scans):
        severity = weight(names, around)
        if severity is not None:
            yield names, severity


CHECK = Check(
    name="domain-constraint-scan",
    code="LK31",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.SIZES}),
    summary="a constraint of a domain that is checked while nobody can write to the tables",
    kinds=("AlterDomainStmt",),
    statement=_look,
    same_as=SAME,
)
