"""ADD FOREIGN KEY without NOT VALID reads both tables while nobody can write to either.

The lock is SHARE ROW EXCLUSIVE, on the table that refers and on the one it refers to; it is held until the last row has
found its partner.  With NOT VALID the key holds for new rows at once and takes an instant; VALIDATE CONSTRAINT reads
the rows later, while others write.  An index on the referring columns, built before, makes that and every DELETE in the
other table fast.  Partitioned tables are the matter of fk-on-partitioned-table.
"""

from __future__ import annotations

from seachange.checks.altering import added
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remarks
from seachange.checks.later import checked_later
from seachange.checks.usage import is_partitioned, labour, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_FOREIGN


def _look(written: Written, around: Around) -> Remarks:
    for each in added(around, CONSTR_FOREIGN):
        if each.column or each.constraint.skip_validation or is_partitioned(each.table, around):
            continue
        severity = labour(each.table, around)
        if severity is not None:
            other = spelled(around.world.path(each.constraint.pktable))
            yield checked_later(
                each,
                around,
                message=f"Nobody can write to {spelled(each.table)} or {other} while all rows are checked."
                f"{reason(each.table, around)}",
                severity=severity,
            )


CHECK = Check(
    name="fk-validating",
    code="LK10",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.SIZES}),
    summary="ADD FOREIGN KEY that reads both tables while nobody can write to them",
    kinds=("AT_AddColumn", "AT_AddConstraint"),
    statement=_look,
    same_as=(
        "squawk adding-foreign-key-constraint",
        "squawk constraint-missing-not-valid",
        "strong_migrations add_foreign_key",
        "pgfence add-constraint-fk-no-not-valid",
        "pg-schema-diff ACQUIRES_SHARE_ROW_EXCLUSIVE_LOCK",
    ),
)
