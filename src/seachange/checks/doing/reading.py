"""Queries and changes of rows: who is locked by them, and which tables they read whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, ForeignTable, MaterializedView, Table, View
from seachange.checks.doing.deed import (
    NOTHING,
    Effects,
    locking,
    meant,
    named,
    scanning,
    together,
    with_rows,
)
from seachange.checks.world import World
from seachange.sql import tree
from seachange.sql.nodes import (
    CommonTableExpr,
    CopyStmt,
    DeleteStmt,
    InsertStmt,
    MergeStmt,
    RangeVar,
    SelectStmt,
    UpdateStmt,
)
from seachange.step import Lock

CHANGES = (InsertStmt, UpdateStmt, DeleteStmt, MergeStmt)
ROWS = (Table, MaterializedView, ForeignTable)


def query(statement: Message, world: World, version: int = 0) -> Effects:
    """A query, or a change of rows, with all that is in it."""
    return together(_parts(statement, world))


def _parts(statement: Message, world: World) -> Iterator[Effects]:
    own = {each.ctename for each in tree.walk(statement) if isinstance(each, CommonTableExpr)}
    targets = [each.relation for each in tree.walk(statement) if isinstance(each, CHANGES)]
    for each in tree.walk(statement):
        if isinstance(each, RangeVar) and not (each.relname in own and not each.schemaname) and each not in targets:
            yield from (_read(table, world) for table in meant(each, world))
        elif isinstance(each, CHANGES):
            yield _changed(each, world)
        elif isinstance(each, SelectStmt):
            yield _selected(each, own, world)


def _read(table: Path, world: World) -> Effects:
    """A view is a query of its own."""
    return locking(Lock.ACCESS_SHARE, table, *beneath(table, world))


def beneath(view: Path, world: World) -> tuple[Path, ...]:
    """The relations that a view reads."""
    found: dict[Path, None] = {}
    waiting = [view]
    while waiting and world.catalog is not None:
        fact = world.at(waiting.pop())
        for used in world.catalog.uses(fact.ref) if isinstance(fact, View) else ():
            path = used.names[:-1] if isinstance(world.get(used), Column) else used.names
            if path not in found and isinstance(world.at(path), View | Table | MaterializedView | ForeignTable):
                found[path] = None
                waiting.append(path)
    return tuple(found)


def _selected(select: SelectStmt, own: Iterable[str], world: World) -> Effects:
    """Without a condition all rows are read."""
    lock = Lock.ROW_SHARE if select.locking_clause else Lock.ACCESS_SHARE
    found = [table for each in select.from_clause for table in _from(tree.inner(each), own, world)]
    tables = with_rows((table for table in found if isinstance(world.at(table), ROWS) or not world.known), world)
    read = NOTHING if select.HasField("where_clause") or select.HasField("limit_count") else scanning(*tables)
    return together((locking(lock, *found), read))


def _from(item: Message, own: Iterable[str], world: World) -> Iterator[Path]:
    if isinstance(item, RangeVar):
        if item.schemaname or item.relname not in own:
            for table in meant(item, world):
                yield from (table, *beneath(table, world))
    elif hasattr(item, "larg") and hasattr(item, "rarg"):
        for each in (item.larg, item.rarg):
            yield from _from(tree.inner(each), own, world)


def _changed(statement: Message, world: World) -> Effects:
    relation: RangeVar = statement.relation
    tables = meant(relation, world) if not isinstance(statement, InsertStmt) else named(relation, world)
    whole = isinstance(statement, UpdateStmt | DeleteStmt) and not statement.HasField("where_clause")
    parts = [locking(Lock.ROW_EXCLUSIVE, *tables), scanning(*(with_rows(tables, world) if whole else ()))]
    return together((*parts, *(_keys(table, statement, world) for table in tables)))


def _keys(table: Path, statement: Message, world: World) -> Effects:
    """Rows that refer to others are held against those."""
    if isinstance(statement, DeleteStmt):
        return locking(Lock.ROW_SHARE, *(each.names[:-1] for each in world.referring(table)))
    return locking(Lock.ROW_SHARE, *(each.references for each in world.constraints(table) if each.references))


def copy(statement: CopyStmt, world: World, version: int) -> Effects:
    if not statement.HasField("relation"):
        return query(tree.inner(statement.query), world)
    tables = named(statement.relation, world)
    if statement.is_from:
        return locking(Lock.ROW_EXCLUSIVE, *tables)
    return together((locking(Lock.ACCESS_SHARE, *tables), scanning(*with_rows(tables, world))))
