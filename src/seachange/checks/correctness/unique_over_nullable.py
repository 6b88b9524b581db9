"""A unique key of several columns, one of which may be NULL, lets the same row in any number of times.

NULL is different from NULL to it.  UNIQUE (tenant, service) with a row that has no tenant takes a second row with the
same service and no tenant.

From PostgreSQL 15 on say NULLS NOT DISTINCT; before, a second index on the other columns WHERE the column IS NULL.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import Index
from seachange.checks.brought import of_state, of_statement
from seachange.checks.check import Check, Needs, Remark
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.quote import listed, name


def _of(index: Index, world: World) -> Iterator[Remark]:
    if not index.unique or not index.valid or index.nulls_not_distinct or len(index.columns) < 2 or index.part_of:
        return
    columns = [one for one in world.columns(index.table) if one.names[-1] in index.columns]
    empty = [one.names[-1] for one in columns if not one.not_null and not _given(index, one.names[-1])]
    if empty and len(empty) < len(columns):
        rest = [column for column in index.columns if column and column not in empty]
        yield Remark(
            message=f"{name(index.names[-1])} of {spelled(index.table)} lets the same {listed(rest)} in twice where"
            f" {' or '.join(map(name, empty))} is NULL.",
            about=spelled(index.table),
            advice="Say NULLS NOT DISTINCT (15 and later), or have a second unique index for the rows with NULL.",
            safe=f"CREATE UNIQUE INDEX CONCURRENTLY ON {spelled(index.table)} ({listed(rest)})"
            f" WHERE {' AND '.join(f'{name(each)} IS NULL' for each in empty)};",
        )


def _given(index: Index, column: str) -> bool:
    """Whether the index is only of rows that have a value there."""
    return f"{name(column)} IS NOT NULL" in (index.predicate or "")


CHECK = Check(
    name="unique-over-nullable",
    code="CO20",
    severity=Severity.NOTE,
    needs=frozenset({Needs.CATALOG}),
    summary="unique keys that NULL slips through",
    kinds=("CreateStmt", "AlterTableStmt", "IndexStmt"),
    statement=of_statement(Index, _of),
    state=of_state(Index, _of),
    same_as=("advisor unique-nullable-column",),
)
