"""What a statement is, for those who choose the checks that look at it: its node, and what ALTER TABLE and CREATE TABLE
are made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from seachange.sql.nodes import AlterTableType, ConstrType
from seachange.sql.tree import kind


def aspects(node: Any) -> frozenset[str]:
    """The name of its node; of ALTER TABLE those of its commands, as AT_AddColumn; of the constraints that a table gets
    those of their types, as CONSTR_FOREIGN.
    """
    name = kind(node)
    match name:
        case "AlterTableStmt":
            return frozenset((name, *_of_commands(node.cmds)))
        case "CreateStmt":
            return frozenset((name, *_of_elements(node.table_elts)))
        case "CreateForeignTableStmt":
            return frozenset((name, *_of_elements(node.base_stmt.table_elts)))
    return frozenset((name,))


def _of_commands(commands: Iterable[Any]) -> Iterator[str]:
    for each in commands:
        command = each.alter_table_cmd
        yield _command(command.subtype)
        if command.HasField("def"):
            yield from _of_elements((getattr(command, "def"),))


def _of_elements(elements: Iterable[Any]) -> Iterator[str]:
    for each in elements:
        if each.HasField("constraint"):
            yield _constraint(each.constraint.contype)
        elif each.HasField("column_def"):
            yield from (_constraint(one.constraint.contype) for one in each.column_def.constraints)


@cache
def _command(number: int) -> str:
    return str(AlterTableType.Name(number))


@cache
def _constraint(number: int) -> str:
    return str(ConstrType.Name(number))
