"""A new column in the place of an old one stands at the end, and what writes by position writes into the wrong one.

A column beside the old one that gets its name in the end is the way to another type without a standstill.  But `INSERT
INTO t VALUES (…)`, COPY without a list of columns, and programs that read rows by number, see another order.

Have everybody name columns first.  Where that cannot be had, a view with the old order stands in for the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, is_new_column
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import OBJECT_COLUMN, AT_DropColumn, RenameStmt


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, RenameStmt)
    if statement.rename_type != OBJECT_COLUMN:
        return
    table = around.world.path(statement.relation)
    if around.world.is_new(table) or not is_new_column(around.world, table, statement.subname):
        return
    if statement.newname in _given_up(table, around):
        yield Remark(
            message=f"{spelled((*table, statement.newname))} now is the last column, where it was another before.",
            about=spelled((*table, statement.newname)),
            advice="Make sure that every INSERT and COPY names its columns.",
        )


def _given_up(table: Path, around: Around) -> Iterator[str]:
    """The names of columns that the script dropped or renamed before."""
    for each in around.earlier:
        node: Any = each.node
        if isinstance(node, RenameStmt) and node.rename_type == OBJECT_COLUMN:
            if around.world.path(node.relation) == table:
                yield node.subname
        elif any(commands(node, AT_DropColumn)) and around.world.path(node.relation) == table:
            yield from (command.name for command in commands(node, AT_DropColumn))


CHECK = Check(
    name="column-order-change",
    code="CO26",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="columns that change their place",
    kinds=("RenameStmt",),
    statement=_look,
)
