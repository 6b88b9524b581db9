"""A foreign key whose columns are of another type than what they refer to works until the numbers grow.

An `integer` that refers to a `bigint` cannot hold every key: one day the INSERT fails (22003).  With `text` and
`varchar` it works; with `numeric` and `bigint` no index of the other side may serve.

Give both the same type.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import TableConstraint
from seachange.checks.brought import of_state, of_statement
from seachange.checks.check import Check, Needs, Remark
from seachange.checks.typed import without_length
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.quote import name


def _of(key: TableConstraint, world: World) -> Iterator[Remark]:
    if key.type != "foreign key" or not key.references:
        return
    table = key.names[:-1]
    for column, other in zip(key.columns, key.referenced_columns, strict=False):
        one, two = world.column(table, column), world.column(key.references, other)
        if one and two and one.type and two.type and without_length(one.type) != without_length(two.type):
            yield Remark(
                message=f"{spelled((*table, column))} is {one.type} and refers to {spelled((*key.references, other))},"
                f" which is {two.type}.",
                about=spelled(table),
                advice="Give both the same type.",
                safe=f"ALTER TABLE {spelled(table)} ALTER COLUMN {name(column)} TYPE {two.type};",
            )


CHECK = Check(
    name="fk-type-mismatch",
    code="CO18",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="foreign keys between columns of different types",
    kinds=("CreateStmt", "AlterTableStmt"),
    statement=of_statement(TableConstraint, _of),
    state=of_state(TableConstraint, _of),
    same_as=("advisor fk-type-mismatch",),
)
