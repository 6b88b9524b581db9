"""A PRIMARY KEY that builds its own index lets nobody use the table until that is done.

The table is read once to see whether a column holds a null, and once more for the index, all under ACCESS EXCLUSIVE.
Columns that are NOT NULL already and a unique index that was built concurrently become the key in an instant.  To
exchange a key, drop the old constraint and add the new one in the same ALTER TABLE, so that there is never none;
foreign keys that refer to the old one have to move before.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.altering import Added, added
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.online import not_null, steps, unique_index, using_index
from seachange.checks.usage import labour, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_PRIMARY
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for each in added(around, CONSTR_PRIMARY):
        severity = labour(each.table, around) if not each.constraint.indexname else None
        if severity is not None:
            yield Remark(
                message=f"Nobody can use {spelled(each.table)} while its primary key is checked and indexed."
                f"{reason(each.table, around)}",
                about=spelled(each.table),
                at=each.constraint.location,
                advice="Prove that no column holds a null, build a unique index concurrently, and make the key of it.",
                safe=steps(*_safe(each, around)),
                severity=severity,
            )


def _safe(each: Added, around: Around) -> Iterator[str]:
    if each.column:
        yield f"-- First add the column {name(each.column)} without PRIMARY KEY, and give it values in batches."
    for column in each.columns:
        known = around.world.column(each.table, column)
        if known is None or not known.not_null:
            yield not_null(each.table, column, around)
    yield unique_index(each.table, each.label, each.columns)
    yield using_index(each.table, each.label, "PRIMARY KEY")


CHECK = Check(
    name="primary-key-inline",
    code="LK06",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.SIZES}),
    summary="a PRIMARY KEY that builds its index while nobody can use the table",
    kinds=("AT_AddColumn", "AT_AddConstraint"),
    statement=_look,
    same_as=(
        "squawk adding-serial-primary-key-field",
        "atlas PG104",
        "pgfence add-pk-without-using-index",
    ),
)
