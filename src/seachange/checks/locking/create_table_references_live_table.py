"""A new table that refers to one in use locks that one until the transaction ends.

The lock is SHARE ROW EXCLUSIVE on the table that is referred to: nobody can write to it.  Alone that is an instant; in
a transaction that goes on with other things it is as long as these take.  Add the foreign key last, in a short
transaction of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.checks.altering import ALTER
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.usage import weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_FOREIGN, AlterTableStmt, AT_AddColumn, CreateStmt, TransactionStmt
from seachange.step import Lock


def _look(written: Written, around: Around) -> Remarks:
    if not _goes_on(around):
        return
    for other in dict.fromkeys(around.world.path(key.pktable) for key in _keys(written.node)):
        held = around.held.get(other, Lock.NONE) >= Lock.SHARE_ROW_EXCLUSIVE
        severity = None if held else weight(other, around, Severity.WARNING)
        if severity is not None:
            yield Remark(
                message=f"Nobody can write to {spelled(other)} from here until the transaction ends.",
                about=spelled(other),
                advice="Add the foreign key in a short transaction of its own, at the end.",
                severity=severity,
            )


def _goes_on(around: Around) -> bool:
    """Whether anything follows in the same transaction but its end."""
    behind = around.transaction[len(around.before) + 1 :]
    return any(not isinstance(each.node, TransactionStmt) for each in behind)


def _keys(node: Any) -> Iterator[Any]:
    match node:
        case CreateStmt():
            yield from (each.constraint for each in node.table_elts if each.HasField("constraint") and _refers(each))
            columns = [each.column_def for each in node.table_elts if each.HasField("column_def")]
        case AlterTableStmt():
            added = (each.alter_table_cmd for each in node.cmds if each.alter_table_cmd.subtype == AT_AddColumn)
            columns = [getattr(each, "def").column_def for each in added]
        case _:
            columns = []
    yield from (each.constraint for column in columns for each in column.constraints if _refers(each))


def _refers(element: Any) -> bool:
    return bool(element.constraint.contype == CONSTR_FOREIGN)


CHECK = Check(
    name="create-table-references-live-table",
    code="LK26",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="REFERENCES to a table in use, in a transaction that goes on",
    kinds=("CreateStmt", *ALTER),
    statement=_look,
    queueing=True,
)
