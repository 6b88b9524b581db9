"""A prepared SELECT * of a table fails for good once the table has another column (0A000).

The server keeps the plan of a prepared statement, and refuses to give rows of another shape: “cached plan must not
change result type”, each time, until the session prepares it anew.  Drivers prepare statements by themselves, and pools
keep their sessions for hours.  A statement that names its columns is not concerned, unless one changes its type.

Name columns in queries.  After the step, close the sessions of the pool, or send DEALLOCATE ALL in each.
"""

from __future__ import annotations

from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition, there
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_AddColumn, AT_AlterColumnType, AT_DropColumn
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    table = around.world.path(statement.relation)
    for command in commands(statement, AT_AddColumn, AT_DropColumn, AT_AlterColumnType):
        if there(around.world, table):
            adds = command.subtype == AT_AddColumn
            column = definition(command).colname if adds else command.name
            yield Remark(
                message=f"With {name(column)}, prepared SELECT * of {spelled(table)} fail until prepared anew.",
                about=spelled(table),
                at=command,
                advice="Name columns in queries, and close the pool's sessions afterwards.",
                safe="DEALLOCATE ALL;",
                same_as=("squawk ban-add-column",) if adds else ("strong_migrations remove_column",),
            )


CHECK = Check(
    name="cached-plan-result-type",
    code="CO25",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="tables whose rows get another shape while sessions have plans",
    kinds=("AT_AddColumn", "AT_DropColumn", "AT_AlterColumnType"),
    statement=_look,
    optional=True,
    same_as=("squawk ban-add-column",),
)
