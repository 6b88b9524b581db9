"""A table has no primary key: nothing tells two of its rows apart.

Logical replication refuses UPDATE and DELETE on such a table, unless it sends whole rows. A backfill has nothing to
go by, a duplicate cannot be deleted without ctid, and an application that goes by a key of its own finds two rows
some day.

Partitions have that of their table.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Table, TableConstraint
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity


def _judge(table: Table, whole: Whole) -> Remarks:
    if table.bound is not None:
        return
    if not any(constraint.type == "primary key" for constraint in whole.parts(table.names, TableConstraint)):
        yield Remark(
            message=f"{spelled(table.names)} has no primary key.",
            about=spelled(table.names),
            advice="Give it one: the columns that tell its rows apart, or a number.",
            safe=f"ALTER TABLE {spelled(table.names)} ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;",
        )


CHECK = Check(
    name="no-primary-key",
    code="PF08",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="tables without a primary key",
    kinds=("CreateStmt",),
    statement=of_statement(_judge, Table),
    state=of_state(_judge, Table),
    same_as=("advisor no-primary-key", "splinter 0004"),
)
