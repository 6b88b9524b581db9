"""A table that inherits has none of its parent's keys: neither primary nor foreign nor unique ones.

A number that the parent holds once, the child may hold again, and a foreign key to the parent does not find the child's
rows.  UPDATE and DELETE of the parent reach the child, INSERT does not.

To part a large table, partition it: there keys hold across all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import Table
from seachange.checks.brought import of_state, of_statement
from seachange.checks.check import Check, Needs, Remark
from seachange.checks.world import World, spelled
from seachange.finding import Severity


def _of(table: Table, world: World) -> Iterator[Remark]:
    if table.parents and table.bound is None:
        parents = ", ".join(map(spelled, table.parents))
        yield Remark(
            message=f"{spelled(table.names)} inherits from {parents}, but none of its keys.",
            about=spelled(table.names),
            advice="Partition the table, or make the keys again on each child.",
        )


CHECK = Check(
    name="inheritance-child",
    code="CO36",
    severity=Severity.NOTE,
    needs=frozenset({Needs.CATALOG}),
    summary="tables that inherit columns and no keys",
    kinds=("CreateStmt", "AlterTableStmt"),
    statement=of_statement(Table, _of),
    state=of_state(Table, _of),
    same_as=("advisor inherited-table",),
)
