"""A UNIQUE constraint that builds its own index lets nobody use the table until that is done.

ADD UNIQUE, and ADD COLUMN … UNIQUE as well, hold ACCESS EXCLUSIVE while the table is read and the index is built.  A
unique index that was built concurrently becomes the constraint in an instant; it takes the constraint's name, must be a
btree over plain columns in their usual order, without a predicate, and must be valid.
"""

from __future__ import annotations

from seachange.checks.altering import Added, added
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.online import steps, unique_index, using_index
from seachange.checks.usage import labour, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_UNIQUE
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for each in added(around, CONSTR_UNIQUE):
        severity = labour(each.table, around) if not each.constraint.indexname else None
        if severity is not None:
            yield Remark(
                message=f"Nobody can use {spelled(each.table)} while the index of {each.label} is built."
                f"{reason(each.table, around)}",
                about=spelled(each.table),
                at=each.constraint.location,
                advice="Build a unique index concurrently, and make the constraint of it.",
                safe=_safe(each),
                severity=severity,
            )


def _safe(each: Added) -> str:
    column = f"-- First add the column {name(each.column)} without UNIQUE." if each.column else ""
    return steps(
        column, unique_index(each.table, each.label, each.columns), using_index(each.table, each.label, "UNIQUE")
    )


CHECK = Check(
    name="unique-constraint-inline",
    code="LK05",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.SIZES}),
    summary="a UNIQUE constraint that builds its index while nobody can use the table",
    kinds=("AT_AddColumn", "AT_AddConstraint"),
    statement=_look,
    same_as=(
        "squawk disallowed-unique-constraint",
        "strong_migrations add_unique_constraint",
        "eugene E7",
        "atlas PG105",
        "pgfence add-constraint-unique",
    ),
)
