"""A unique constraint that is DEFERRABLE serves neither ON CONFLICT nor a foreign key.

INSERT … ON CONFLICT (column) fails with 42P10 or 55000, and REFERENCES is refused.  It is checked after each statement,
and not row by row, which takes longer.

Have it immediate, unless rows have to exchange their keys within one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import TableConstraint
from seachange.checks.brought import of_state, of_statement
from seachange.checks.check import Check, Needs, Remark
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.quote import listed, name


def _of(key: TableConstraint, world: World) -> Iterator[Remark]:
    if key.type in ("unique", "primary key") and key.deferrable:
        table = spelled(key.names[:-1])
        yield Remark(
            message=f"{name(key.names[-1])} of {table} is deferrable: no ON CONFLICT and no foreign key can use it.",
            about=table,
            advice="Have it immediate.",
            safe=f"ALTER TABLE {table} DROP CONSTRAINT {name(key.names[-1])},"
            f" ADD CONSTRAINT {name(key.names[-1])} {key.type.upper()} ({listed(key.columns)});",
        )


CHECK = Check(
    name="deferrable-unique",
    code="CO21",
    severity=Severity.NOTE,
    needs=frozenset({Needs.CATALOG}),
    summary="unique constraints that nothing can refer to",
    kinds=("CreateStmt", "AlterTableStmt"),
    statement=of_statement(TableConstraint, _of),
    state=of_state(TableConstraint, _of),
    same_as=("advisor deferrable-unique",),
)
