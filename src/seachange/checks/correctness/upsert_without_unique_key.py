"""INSERT … ON CONFLICT (columns) fails unless a unique index has exactly these columns (42P10).

The server looks for the index when the statement is run.  A key that was left out of a migration, or that has one
column more, makes every upsert of an application fail, and functions that have one fail when they are called.  A unique
index of some rows only serves where the statement repeats its condition; a deferrable one serves never.

Make the unique index, or name the columns of the one that is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, Table
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.definitions import statements_of
from seachange.checks.named import commands, definition, strings
from seachange.checks.routines import called, routines
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    AlterTableStmt,
    AT_AddConstraint,
    IndexStmt,
    InsertStmt,
)
from seachange.sql.quote import listed, name
from seachange.sql.tree import walk


def _look(written: Written, around: Around) -> Remarks:
    if "CONFLICT" not in written.sql.upper():
        return
    for insert, at in _inserts(written):
        for table, columns in _without_key(insert, around.world):
            if not written.inner or not _made_later(table, columns, around):
                yield _remark(table, columns, at=at)


def _inserts(written: Written) -> Iterator[tuple[Any, Any]]:
    for node in walk(written.node) if written.node is not None else ():
        if isinstance(node, InsertStmt):
            yield node, node.on_conflict_clause.infer.location
    for inner in written.inner:
        for node in walk(inner.node) if inner.node is not None else ():
            if isinstance(node, InsertStmt):
                yield node, inner.byte(node.on_conflict_clause.infer.location)


def _state(state: State) -> Remarks:
    world = World(state.catalog)
    for routine in routines(world):
        for statement, seen in statements_of(routine, world):
            for node in walk(statement):
                for table, columns in _without_key(node, seen) if isinstance(node, InsertStmt) else ():
                    yield _remark(table, columns, what=called(routine))


def _without_key(insert: Any, world: World) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """The table and the columns for which an upsert finds no index."""
    infer = insert.on_conflict_clause.infer
    columns = tuple(each.index_elem.name for each in infer.index_elems)
    table = world.relation(insert.relation) if columns and all(columns) else None
    if isinstance(table, Table) and world.columns(table.names):
        partly = infer.HasField("where_clause")
        if not any(_serves(one, columns, world, partly=partly) for one in world.indexes(table.names)):
            yield table.names, columns


def _serves(index: Index, columns: tuple[str, ...], world: World, *, partly: bool) -> bool:
    if not index.unique or not index.valid or {*index.columns} != {*columns} or (index.predicate and not partly):
        return False
    constraint = world.constraint(index.table, index.names[-1])
    return not (constraint and constraint.deferrable)


def _made_later(table: Path, columns: tuple[str, ...], around: Around) -> bool:
    """Whether the script makes the index after the function that needs it."""
    return any({*columns} in _keys(each.node, table, around.world) for each in around.later)


def _keys(node: Any, table: Path, world: World) -> list[set[str]]:
    match node:
        case IndexStmt() if node.unique and world.path(node.relation) == table:
            return [{each.index_elem.name for each in node.index_params}]
        case AlterTableStmt() if world.path(node.relation) == table:
            added = (definition(command) for command in commands(node, AT_AddConstraint))
            return [{*strings(one.keys)} for one in added if one.contype in (CONSTR_UNIQUE, CONSTR_PRIMARY)]
    return []


def _remark(table: Path, columns: tuple[str, ...], *, what: str = "", at: Any = None) -> Remark:
    return Remark(
        message=f"{f'{what}: ' if what else ''}ON CONFLICT ({listed(columns)}) finds no unique index of"
        f" {spelled(table)} with these columns.",
        about=what or spelled(table),
        at=at,
        advice="Make the unique index, or name the columns of the one that is there.",
        safe=f"CREATE UNIQUE INDEX CONCURRENTLY {name('_'.join((table[-1], *columns)) + '_key')}"
        f" ON {spelled(table)} ({listed(columns)});",
    )


CHECK = Check(
    name="upsert-without-unique-key",
    code="CO38",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="upserts that no unique index serves",
    kinds=("InsertStmt", "SelectStmt", "CreateFunctionStmt", "DoStmt"),
    statement=_look,
    state=_state,
)
