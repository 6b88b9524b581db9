"""A backfill that does not ask whether a value is there already overwrites newer ones, when it is run again or late.

Between ADD COLUMN and the UPDATE that fills it, an application, a default or a trigger may have put values there.  An
UPDATE without a condition on the column replaces them, and so does the second run of a script that stopped halfway.

Fill only what is empty: WHERE the column IS NULL.  Where both are one transaction that cannot be run twice, nobody can
come between, and nothing is told.
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_AddColumn, ColumnRef, UpdateStmt
from seachange.sql.quote import name
from seachange.sql.tree import text, walk


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, UpdateStmt)
    table = around.world.path(statement.relation)
    if around.world.is_new(table):
        return
    asked = {part.fields[-1].string.sval for part in walk(statement.where_clause) if isinstance(part, ColumnRef)}
    for target in statement.target_list:
        column = target.res_target.name
        if column not in asked and _added(table, column, around):
            yield Remark(
                message=f"{spelled((*table, column))} is overwritten where somebody has given it a value meanwhile.",
                about=spelled((*table, column)),
                at=target.res_target,
                advice="Fill only the rows that have no value yet.",
                safe=_only_empty(statement, table, target.res_target),
            )


def _only_empty(statement: Any, table: Path, target: Any) -> str:
    """The same for the rows that have no value yet; where other tables are read, people know better how."""
    if statement.from_clause or target.indirection:
        return ""
    also = f"({text(statement.where_clause)}) AND " if statement.HasField("where_clause") else ""
    column = name(target.name)
    return f"UPDATE {spelled(table)} SET {column} = {text(target.val)} WHERE {also}{column} IS NULL;"


def _added(table: Path, column: str, around: Around) -> bool:
    """Whether the script added the column, in such a way that somebody may have come between, or that it runs twice."""
    together = around.before
    for written in around.earlier:
        for command in commands(written.node, AT_AddColumn):
            of: Any = written.node
            if definition(command).colname == column and around.world.path(of.relation) == table:
                return bool(command.missing_ok) or not any(each is written for each in together)
    return False


CHECK = Check(
    name="policy-or-default-overwrites-backfill",
    code="DL15",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="backfills that overwrite newer values",
    kinds=("UpdateStmt",),
    statement=_look,
)
