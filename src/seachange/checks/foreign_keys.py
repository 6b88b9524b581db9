"""The foreign keys that a statement makes, with what they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message
from msgspec import Struct
from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.checks.objects import commands, given, strings
from seachange.checks.typed import type_of
from seachange.checks.world import World
from seachange.sql.nodes import (
    CONSTR_FOREIGN,
    CONSTR_PRIMARY,
    AlterTableStmt,
    AT_AddColumn,
    AT_AddConstraint,
    ColumnDef,
    Constraint,
    CreateStmt,
)

KINDS = ("CONSTR_FOREIGN",)


class ForeignKey(Struct, frozen=True):
    """A foreign key to be made.  `columns` are its own, `targets` those it refers to, `target` their relation.

    `itself`: it refers to the table that it is in.
    """

    table: Path
    columns: tuple[str, ...]
    target: Path
    targets: tuple[str, ...]
    itself: bool
    node: Any

    @property
    def name(self) -> str:
        return str(self.node.conname)


def foreign_keys(node: Message | None, world: World) -> Iterator[ForeignKey]:
    """Those that `node` makes.  Where it names no columns of the other table, its primary key is meant."""
    if isinstance(node, CreateStmt) and not (node.if_not_exists and world.relation(node.relation)):
        table = world.place(node.relation)
        found = (_foreign_key(one, columns, table, world) for one, columns in _in_table(node))
        yield from (replace(one, targets=own_primary(node)) if one.itself and not one.targets else one for one in found)
    elif isinstance(node, AlterTableStmt):
        table = world.path(node.relation)
        yield from (_foreign_key(one, columns, table, world) for one, columns in _added(node))


def _added(statement: AlterTableStmt) -> Iterator[tuple[Constraint, Path]]:
    for command in commands(statement):
        if command.subtype == AT_AddConstraint and given(command).contype == CONSTR_FOREIGN:
            yield given(command), strings(given(command).fk_attrs)
        elif command.subtype == AT_AddColumn:
            yield from _in_column(given(command))


def _in_table(statement: CreateStmt) -> Iterator[tuple[Constraint, Path]]:
    for element in statement.table_elts:
        if element.HasField("column_def"):
            yield from _in_column(element.column_def)
        elif element.HasField("constraint") and element.constraint.contype == CONSTR_FOREIGN:
            yield element.constraint, strings(element.constraint.fk_attrs)


def _in_column(column: ColumnDef) -> Iterator[tuple[Constraint, Path]]:
    for each in column.constraints:
        if each.constraint.contype == CONSTR_FOREIGN:
            yield each.constraint, (str(column.colname),)


def _foreign_key(constraint: Constraint, columns: Path, table: Path, world: World) -> ForeignKey:
    itself = constraint.pktable.relname == table[-1] and constraint.pktable.schemaname in ("", table[0])
    target = table if itself and world.relation(constraint.pktable) is None else world.path(constraint.pktable)
    targets = strings(constraint.pk_attrs) or _primary(target, world)
    return ForeignKey(table, columns, target, targets, target == table, constraint)


def _primary(table: Path, world: World) -> Path:
    keys = (one.columns for one in world.constraints(table) if one.type == "primary key")
    return next(keys, ())


def made_types(node: Message | None, world: World) -> dict[str, str]:
    """The types that `node` gives to columns of the table that it makes or alters."""
    definitions: list[ColumnDef] = []
    if isinstance(node, CreateStmt):
        definitions = [each.column_def for each in node.table_elts if each.HasField("column_def")]
    elif isinstance(node, AlterTableStmt):
        definitions = [given(one) for one in commands(node) if one.subtype == AT_AddColumn]
    return {str(one.colname): type_of(one.type_name, world) for one in definitions if one.HasField("type_name")}


def own_primary(node: Message | None) -> Path:
    """The columns of the primary key that a CREATE TABLE has."""
    if not isinstance(node, CreateStmt):
        return ()
    for element in node.table_elts:
        if element.HasField("constraint") and element.constraint.contype == CONSTR_PRIMARY:
            return strings(element.constraint.keys)
        if element.HasField("column_def") and _is_primary(element.column_def):
            return (str(element.column_def.colname),)
    return ()


def _is_primary(column: ColumnDef) -> bool:
    return any(each.constraint.contype == CONSTR_PRIMARY for each in column.constraints)
