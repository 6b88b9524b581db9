"""An EXCLUDE constraint is built while nobody can use the table, and there is no other form of it.

PostgreSQL reads the table, builds the index and holds every row against it, all under ACCESS EXCLUSIVE.  Neither NOT
VALID nor USING INDEX is known for it.  Either the table is small, or there is a quiet hour, or the constraint is put on
a new table to which the rows are copied while a trigger keeps both alike, and which then takes the place of the old.
"""

from __future__ import annotations

from seachange.checks.altering import added
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.usage import labour, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_EXCLUSION


def _look(written: Written, around: Around) -> Remarks:
    for each in added(around, CONSTR_EXCLUSION):
        severity = labour(each.table, around)
        if severity is not None:
            yield Remark(
                message=f"Nobody can use {spelled(each.table)} while its rows are held against one another."
                f"{reason(each.table, around)}",
                about=spelled(each.table),
                at=each.constraint.location,
                advice="Add it in a quiet hour, or put it on a new table that takes the place of this one.",
                severity=severity,
            )


CHECK = Check(
    name="exclusion-constraint",
    code="LK08",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.SIZES}),
    summary="an EXCLUDE constraint on a table that others use",
    kinds=("AT_AddColumn", "AT_AddConstraint"),
    statement=_look,
    same_as=("strong_migrations add_exclusion_constraint", "eugene E8", "pgls avoidAddingExclusionConstraint"),
)
