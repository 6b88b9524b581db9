"""A column or table dropped, and one of the same type or columns made: a rename that loses the values.

Tools that compare two states cannot see that `mail` became `email`; they write DROP and ADD, and a new, empty column is
there.  A person who reads the diff sees two lines that look right.

RENAME keeps the values, and takes no longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition, dropped, known_column
from seachange.checks.typed import type_of, without_length
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_TABLE,
    AlterTableStmt,
    AT_AddColumn,
    AT_DropColumn,
    CreateStmt,
    DropStmt,
    UpdateStmt,
)
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    if not around.world.known:
        return
    match written.node:
        case AlterTableStmt() as statement:
            table = around.world.path(statement.relation)
            for command in commands(statement, AT_DropColumn):
                yield from _column(table, command.name, around)
        case DropStmt() as statement if statement.remove_type == OBJECT_TABLE:
            for table in dropped(statement, around.world):
                yield from _table(table, around)


def _column(table: Path, column: str, around: Around) -> Iterator[Remark]:
    old = known_column(around.world, table, column)
    added = [] if old is None else [one for one in _added(table, around) if _alike(old.type, one, around.world)]
    if old is None or len(added) != 1 or _copied(table, column, around):
        return
    new = added[0].colname
    yield Remark(
        message=f"{spelled((*table, column))} is dropped and {name(new)} of the same type added: if that is a rename,"
        " the values are lost.",
        about=spelled((*table, column)),
        advice="Rename the column, or copy its values before it is dropped.",
        safe=f"ALTER TABLE {spelled(table)} RENAME COLUMN {name(column)} TO {name(new)};",
    )


def _added(table: Path, around: Around) -> Iterator[Any]:
    for written in around.script.up:
        for command in commands(written.node, AT_AddColumn):
            if around.world.path(written.node.relation) == table:  # type: ignore[union-attr]
                yield definition(command)


def _alike(old: str, column: Any, world: World) -> bool:
    return without_length(type_of(column.type_name, world)) == without_length(old)


def _copied(table: Path, column: str, around: Around) -> bool:
    """Whether a statement before reads the column into something else."""
    return any(
        isinstance(each.node, UpdateStmt) and around.world.path(each.node.relation) == table and column in each.sql
        for each in around.earlier
    )


def _table(table: Path, around: Around) -> Iterator[Remark]:
    columns = {column.names[-1] for column in around.world.columns(table)}
    made = [one for one in _made(around) if columns and {*_columns(one)} == columns]
    if len(made) != 1 or around.world.is_new(table) or table == around.world.path(made[0].relation):
        return
    new = made[0].relation.relname
    yield Remark(
        message=f"{spelled(table)} is dropped and {name(new)} with the same columns made: if that is a rename, all rows"
        " are lost.",
        about=spelled(table),
        advice="Rename the table, or copy its rows before it is dropped.",
        safe=f"ALTER TABLE {spelled(table)} RENAME TO {name(new)};",
    )


def _made(around: Around) -> Iterator[Any]:
    yield from (each.node for each in around.script.up if isinstance(each.node, CreateStmt))


def _columns(statement: Any) -> Iterator[str]:
    yield from (each.column_def.colname for each in statement.table_elts if each.HasField("column_def"))


CHECK = Check(
    name="rename-seen-as-drop-add",
    code="DL12",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="DROP and ADD that may be a rename",
    kinds=("AT_DropColumn", "DropStmt"),
    statement=_look,
)
