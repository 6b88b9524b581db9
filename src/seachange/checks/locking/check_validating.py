"""ADD CHECK without NOT VALID reads the whole table while nobody can use it.

The lock is ACCESS EXCLUSIVE, for readers, too.  With NOT VALID the constraint holds for every new or changed row at
once and takes an instant; VALIDATE CONSTRAINT reads the rows later, in a transaction of its own, under a lock that
stops neither readers nor writers.  A row that does not fit has VALIDATE fail and nothing else.
"""

from __future__ import annotations

from seachange.checks.altering import added
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remarks
from seachange.checks.later import checked_later
from seachange.checks.usage import labour, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_CHECK


def _look(written: Written, around: Around) -> Remarks:
    for each in added(around, CONSTR_CHECK):
        if each.column or each.constraint.skip_validation or not each.constraint.is_enforced:
            continue
        severity = labour(each.table, around)
        if severity is not None:
            yield checked_later(
                each,
                around,
                message=f"Nobody can use {spelled(each.table)} while all its rows are checked."
                f"{reason(each.table, around)}",
                severity=severity,
            )


CHECK = Check(
    name="check-validating",
    code="LK09",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.SIZES}),
    summary="ADD CHECK that reads all rows while nobody can use the table",
    kinds=("AT_AddColumn", "AT_AddConstraint"),
    statement=_look,
    same_as=(
        "squawk constraint-missing-not-valid",
        "strong_migrations add_check_constraint",
        "eugene E1",
        "atlas PG305",
        "pgfence add-constraint-check-no-not-valid",
    ),
)
