"""A unique constraint of a partitioned table has to contain all columns that it is partitioned by.

Each partition has an index of its own, and none sees the rows of the others.  So PostgreSQL refuses a primary key, a
unique constraint or a unique index without the whole partition key, with 0A000, and any at all where the table is
partitioned by an expression.

Add the columns of the partition key.  What is to be unique by itself across all partitions needs a table of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.catalog.facts.relations import Table
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import commands, given, strings
from seachange.checks.partition_keys import EXPRESSION, columns_of, partition_columns
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    AlterTableStmt,
    AT_AddColumn,
    AT_AddConstraint,
    ColumnDef,
    Constraint,
    CreateStmt,
    IndexStmt,
)
from seachange.sql.quote import listed
from seachange.sql.tree import inner

_KINDS = ("CreateStmt", "AT_AddColumn", "AT_AddConstraint", "IndexStmt")
Unique = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""A table, its partition key, and what is to be unique."""


def _look(written: Written, around: Around) -> Remarks:
    world = around.world
    if not world.known and isinstance(written.node, AlterTableStmt | IndexStmt):
        table = world.path(written.node.relation)
        if any(True for _ in _unique(written.node)) and not world.is_new(table):
            yield from unknown(around, CHECK.name, "whether tables are partitioned")
    for table, key, columns in _found(written.node, world):
        if EXPRESSION in key or not set(key) <= set(columns):
            yield _remark(table, key, columns)


def _remark(table: tuple[str, ...], key: tuple[str, ...], columns: tuple[str, ...]) -> Remark:
    if EXPRESSION in key:
        said = f"{spelled(table)} is partitioned by an expression and can have no unique constraint (0A000)"
    else:
        said = f"{spelled(table)} is partitioned by {listed(key)}, which {listed(columns)} does not contain (0A000)"
    return Remark(message=f"{said}.", about=spelled(table), advice="Add all columns of the partition key.")


def _found(node: Message | None, world: World) -> Iterator[Unique]:
    if isinstance(node, CreateStmt):
        if node.HasField("partspec") and not (node.if_not_exists and world.relation(node.relation)):
            table, key = world.place(node.relation), columns_of(node.partspec)
            yield from ((table, key, columns) for columns in _unique(node))
    elif isinstance(node, AlterTableStmt | IndexStmt):
        fact = world.get(Ref("table", world.path(node.relation)))
        if isinstance(fact, Table) and fact.partition_key:
            key = partition_columns(fact.partition_key)
            yield from ((fact.names, key, columns) for columns in _unique(node))


def _unique(node: Message) -> Iterator[tuple[str, ...]]:
    """The columns of each unique constraint or index that it makes."""
    if isinstance(node, IndexStmt):
        if node.unique:
            yield tuple(str(each.index_elem.name) for each in node.index_params)
        return
    for part in _parts(node):
        if isinstance(part, ColumnDef):
            if any(_is_unique(each.constraint) for each in part.constraints):
                yield (str(part.colname),)
        elif _is_unique(part) and not part.indexname:
            yield strings(part.keys)


def _parts(node: Message) -> Iterator[ColumnDef | Constraint]:
    """The columns and constraints that it makes."""
    if isinstance(node, CreateStmt):
        found = (inner(element) for element in node.table_elts)
    elif isinstance(node, AlterTableStmt):
        found = (given(one) for one in commands(node) if one.subtype in (AT_AddColumn, AT_AddConstraint))
    else:
        return
    yield from (each for each in found if isinstance(each, ColumnDef | Constraint))


def _is_unique(constraint: Constraint) -> bool:
    return constraint.contype in (CONSTR_PRIMARY, CONSTR_UNIQUE)


CHECK = Check(
    name="partitioned-unique-needs-key",
    code="CM14",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="unique constraints of partitioned tables without the partition key",
    kinds=_KINDS,
    statement=_look,
)
