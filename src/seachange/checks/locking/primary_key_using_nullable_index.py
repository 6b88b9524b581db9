"""PRIMARY KEY USING INDEX reads the whole table where a column of the index may hold nulls.

The index is there, but the key makes its columns NOT NULL: without a proof PostgreSQL looks at every row while nobody
can use the table.  A column that is NOT NULL already, or a valid CHECK that says so, is the proof; then it takes an
instant.  What is nullable, only the catalog tells.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Index
from seachange.checks.altering import Added, added
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.online import not_null, steps, using_index
from seachange.checks.usage import labour, reason, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_PRIMARY, RangeVar
from seachange.sql.quote import listed, name


def _look(written: Written, around: Around) -> Remarks:
    for each in added(around, CONSTR_PRIMARY):
        if not each.constraint.indexname:
            continue
        if not around.world.known and weight(each.table, around) is Severity.ERROR:
            yield _unknown(each)
        elif (severity := labour(each.table, around)) is not None:
            yield _remark(each, severity, around)


def _unknown(each: Added) -> Remark:
    return Remark(
        message=f"Whether {spelled(each.table)} is read whole while nobody can use it depends on whether the columns "
        f"of {name(each.constraint.indexname)} are NOT NULL.",
        about=spelled(each.table),
        at=each.constraint.location,
        advice="Give the catalog of the database, and it is told.",
        verdict=Verdict.UNKNOWN,
    )


def _remark(each: Added, severity: Severity, around: Around) -> Remark:
    label = name(each.constraint.indexname)
    columns = _nullable(each, around)
    return Remark(
        message=f"Nobody can use {spelled(each.table)} while all rows are read, since "
        f"{listed(columns) if columns else f'a column of {label}'} may hold nulls.{reason(each.table, around)}",
        about=spelled(each.table),
        at=each.constraint.location,
        advice="Prove before that no row holds a null.",
        safe=steps(
            *(not_null(each.table, column, around) for column in columns),
            using_index(each.table, label, "PRIMARY KEY"),
        ),
        severity=severity,
    )


def _nullable(each: Added, around: Around) -> tuple[str, ...]:
    index = around.world.at(around.world.path(RangeVar(schemaname=each.table[0], relname=each.constraint.indexname)))
    columns = index.columns if isinstance(index, Index) else ()
    found = ((column, around.world.column(each.table, column)) for column in columns)
    return tuple(column for column, known in found if known is not None and not known.not_null)


CHECK = Check(
    name="primary-key-using-nullable-index",
    code="LK07",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG, Needs.SIZES}),
    summary="PRIMARY KEY USING INDEX over columns that may hold nulls",
    kinds=("AT_AddColumn", "AT_AddConstraint"),
    statement=_look,
    same_as=("eugene W14", "atlas PG304", "pgfence add-pk-using-index"),
)
