"""The columns that a statement names, each with the relation that has to have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from google.protobuf.message import Message
from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.checks.objects import commands, given
from seachange.checks.world import World
from seachange.sql import nodes
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_FOREIGN,
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    OBJECT_COLUMN,
    AlterTableCmd,
    AlterTableStmt,
    AT_AddColumn,
    AT_AddConstraint,
    ColumnRef,
    Constraint,
    CopyStmt,
    CreatePolicyStmt,
    CreateTrigStmt,
    IndexStmt,
    InsertStmt,
    RenameStmt,
    SubLink,
    UpdateStmt,
)
from seachange.sql.tree import kind, walk

SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})
_BY_NAME = frozenset(
    getattr(nodes, f"AT_{each}")
    for each in (
        "DropColumn",
        "AlterColumnType",
        "ColumnDefault",
        "SetNotNull",
        "DropNotNull",
        "SetStatistics",
        "SetStorage",
        "AddIdentity",
        "SetIdentity",
        "DropIdentity",
        "DropExpression",
        "SetExpression",
        "SetOptions",
        "ResetOptions",
        "SetCompression",
        "AlterColumnGenericOptions",
    )
)


class Column(Struct, frozen=True):
    """A column as a statement names it; `relation` is where it is looked for."""

    relation: Path
    name: str
    node: Any


def columns_named(node: Message, world: World) -> Iterator[Column]:
    """The columns that have to be there.  Of queries, only those parts are looked at that see one relation alone."""
    if found := _OF.get(kind(node)):
        yield from found(node, world)


def _altered(statement: AlterTableStmt, world: World) -> Iterator[Column]:
    table = world.path(statement.relation)
    added: set[str] = set()
    for command in commands(statement):
        for column in _in_command(command, table, world):
            if column.relation != table or column.name not in added:
                yield column
        if command.subtype == AT_AddColumn:
            added.add(str(given(command).colname))


def _in_command(command: AlterTableCmd, table: Path, world: World) -> Iterator[Column]:
    if command.subtype in _BY_NAME and not command.missing_ok and command.name:
        yield Column(table, str(command.name), command)
    elif command.subtype == AT_AddConstraint:
        yield from in_constraint(given(command), table, world)
    elif command.subtype == AT_AddColumn:
        for each in given(command).constraints:
            if each.constraint.contype == CONSTR_FOREIGN:
                yield from in_constraint(each.constraint, table, world)


def in_constraint(constraint: Constraint, table: Path, world: World) -> Iterator[Column]:
    """The columns that a constraint of a table names, in it and in the table that it refers to."""
    if constraint.contype == CONSTR_CHECK:
        yield from _in_expressions([constraint.raw_expr], table)
    if constraint.contype in (CONSTR_PRIMARY, CONSTR_UNIQUE, CONSTR_FOREIGN):
        lists = (constraint.keys, constraint.fk_attrs, constraint.including)
        yield from (Column(table, str(each.string.sval), constraint) for names in lists for each in names)
    if constraint.contype == CONSTR_FOREIGN:
        other = world.path(constraint.pktable)
        yield from (Column(other, str(each.string.sval), constraint) for each in constraint.pk_attrs)


def _indexed(statement: IndexStmt, world: World) -> Iterator[Column]:
    table = world.path(statement.relation)
    for each in (*statement.index_params, *statement.index_including_params):
        if each.index_elem.name:
            yield Column(table, str(each.index_elem.name), each.index_elem)
        else:
            yield from _in_expressions([each.index_elem.expr], table)
    if statement.HasField("where_clause"):
        yield from _in_expressions([statement.where_clause], table)


def _in_expressions(expressions: Iterable[Message], relation: Path) -> Iterator[Column]:
    for expression in expressions:
        inside = list(walk(expression))
        if any(isinstance(each, SubLink) for each in inside):
            continue
        for each in inside:
            if isinstance(each, ColumnRef) and len(each.fields) == 1 and each.fields[0].HasField("string"):
                yield Column(relation, str(each.fields[0].string.sval), each)


def _inserted(statement: InsertStmt, world: World) -> Iterator[Column]:
    table = world.path(statement.relation)
    yield from (Column(table, str(each.res_target.name), each.res_target) for each in statement.cols)


def _updated(statement: UpdateStmt, world: World) -> Iterator[Column]:
    table = world.path(statement.relation)
    yield from (Column(table, str(each.res_target.name), each.res_target) for each in statement.target_list)


def _copied(statement: CopyStmt, world: World) -> Iterator[Column]:
    if statement.HasField("relation"):
        table = world.path(statement.relation)
        yield from (Column(table, str(each.string.sval), statement) for each in statement.attlist)


def _allowed(statement: CreatePolicyStmt, world: World) -> Iterator[Column]:
    expressions = [each for each in (statement.qual, statement.with_check) if each.WhichOneof("node")]
    yield from _in_expressions(expressions, world.path(statement.table))


def _fired(statement: CreateTrigStmt, world: World) -> Iterator[Column]:
    table = world.path(statement.relation)
    yield from (Column(table, str(each.string.sval), statement) for each in statement.columns)


def _renamed(statement: RenameStmt, world: World) -> Iterator[Column]:
    if statement.rename_type == OBJECT_COLUMN:
        yield Column(world.path(statement.relation), str(statement.subname), statement)


_OF: Mapping[str, Callable[[Any, World], Iterator[Column]]] = {
    "AlterTableStmt": _altered,
    "IndexStmt": _indexed,
    "InsertStmt": _inserted,
    "UpdateStmt": _updated,
    "CopyStmt": _copied,
    "CreatePolicyStmt": _allowed,
    "CreateTrigStmt": _fired,
    "RenameStmt": _renamed,
}
