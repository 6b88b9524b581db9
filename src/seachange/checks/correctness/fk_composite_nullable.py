"""A foreign key of several columns is not asked at all where one of them is NULL.

That is MATCH SIMPLE, which is what one gets.  A row with a tenant and no number refers to nothing, whatever the tenant
says, and ON DELETE CASCADE does not find it.

Have the columns NOT NULL, or say MATCH FULL: then all are NULL or none.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import TableConstraint
from seachange.checks.brought import of_state, of_statement
from seachange.checks.check import Check, Needs, Remark
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.quote import name


def _of(key: TableConstraint, world: World) -> Iterator[Remark]:
    if key.type != "foreign key" or len(key.columns) < 2 or key.match:
        return
    table = key.names[:-1]
    columns = [one for one in world.columns(table) if one.names[-1] in key.columns]
    empty = [name(one.names[-1]) for one in columns if not one.not_null]
    if empty and len(empty) < len(columns):
        yield Remark(
            message=f"Where {' or '.join(empty)} is NULL, {name(key.names[-1])} of {spelled(table)} is not asked.",
            about=spelled(table),
            advice="Have the columns NOT NULL, or the foreign key MATCH FULL.",
            safe="\n".join(f"ALTER TABLE {spelled(table)} ALTER COLUMN {each} SET NOT NULL;" for each in empty),
        )


CHECK = Check(
    name="fk-composite-nullable",
    code="CO19",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="foreign keys of several columns that one NULL switches off",
    kinds=("CreateStmt", "AlterTableStmt"),
    statement=of_statement(TableConstraint, _of),
    state=of_state(TableConstraint, _of),
    same_as=("advisor fk-composite-nullable",),
)
