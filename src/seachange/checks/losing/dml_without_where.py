"""An UPDATE or DELETE without WHERE, or with one that is always true, is about every row.

In a migration that is often a clause that somebody forgot.  Where it is meant, it still locks every row of the table
until the transaction ends, writes as much again as the table holds, and keeps vacuum busy afterwards.

Say which rows are meant, and go through a large table in batches.  To fill a column that the same script has added, an
UPDATE of all rows loses nothing, and is not told here.
"""

from __future__ import annotations

from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import is_new_column, there
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import A_Const, A_Expr, UpdateStmt
from seachange.sql.tree import inner, text


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    table = around.world.path(statement.relation)
    if not there(around.world, table) or (statement.HasField("where_clause") and not _true(statement.where_clause)):
        return
    update = isinstance(statement, UpdateStmt)
    columns = [each.res_target.name for each in statement.target_list] if update else []
    if columns and all(is_new_column(around.world, table, column) for column in columns):
        return
    yield Remark(
        message=f"Every row of {spelled(table)} is {'changed' if update else 'deleted'}.",
        about=spelled(table),
        advice="Say with WHERE which rows are meant.",
        same_as=() if update else ("pgls banDeleteWithoutWhere", "pgfence delete-without-where"),
    )


def _true(clause: Any) -> bool:
    """Whether a condition is one that holds of every row by itself: true, 1 = 1."""
    node = inner(clause)
    match node:
        case A_Const():
            return bool(node.HasField("boolval") and node.boolval.boolval)
        case A_Expr() if [part.string.sval for part in node.name] == ["="]:
            sides = [inner(node.lexpr), inner(node.rexpr)]
            return all(isinstance(side, A_Const) for side in sides) and len({*map(text, sides)}) == 1
    return False


CHECK = Check(
    name="dml-without-where",
    code="DL06",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="UPDATE and DELETE of every row",
    kinds=("UpdateStmt", "DeleteStmt"),
    statement=_look,
    same_as=("pgls banDeleteWithoutWhere", "pgfence delete-without-where"),
)
