"""Indexes that are built, built anew and dropped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, MaterializedView, Table
from seachange.checks.doing.deed import (
    NOTHING,
    Effects,
    building,
    locking,
    meant,
    named,
    together,
    with_rows,
)
from seachange.checks.world import World
from seachange.sql import tree
from seachange.sql.nodes import (
    REINDEX_OBJECT_INDEX,
    REINDEX_OBJECT_SCHEMA,
    REINDEX_OBJECT_TABLE,
    DefElem,
    IndexStmt,
    RangeVar,
    ReindexStmt,
)
from seachange.step import Lock

WAITING = Effects(waits=True)


def is_on(options: Iterable[Message], name: str) -> bool:
    """Whether a list of options has one that is not off."""
    for each in options:
        option: DefElem = tree.inner(each)
        if option.defname == name:
            arg = option.arg.WhichOneof("node")
            value = getattr(option.arg, arg) if arg else None
            word = str(getattr(value, "sval", getattr(value, "ival", getattr(value, "boolval", True)))).lower()
            return word not in ("false", "off", "0")
    return False


def create_index(statement: IndexStmt, world: World, version: int) -> Effects:
    tables = meant(statement.relation, world)
    if not tables:
        return NOTHING
    lock = Lock.SHARE_UPDATE_EXCLUSIVE if statement.concurrent else Lock.SHARE
    if statement.if_not_exists and world.at((tables[0][0], statement.idxname)) is not None:
        return locking(lock, tables[0])
    work = (locking(lock, *tables), building(*with_rows(tables, world)))
    return together((*work, WAITING)) if statement.concurrent else together(work)


def reindex(statement: ReindexStmt, world: World, version: int) -> Effects:
    """Who plans a query on a table looks at all its indexes, and waits for one that is built anew."""
    concurrent = is_on(statement.params, "concurrently")
    found = tuple(_found(statement, world))
    if concurrent:
        return together((*(_concurrently(table, indexes) for table, indexes in found), WAITING))
    return together(_blocking(table, indexes) for table, indexes in found)


def _found(statement: ReindexStmt, world: World) -> Iterator[tuple[Path | None, tuple[Path, ...]]]:
    if statement.kind == REINDEX_OBJECT_INDEX:
        for name in named(statement.relation, world):
            yield from _parts(name, world)
    elif statement.kind == REINDEX_OBJECT_TABLE:
        for table in with_rows(meant(statement.relation, world), world):
            yield table, tuple(index.names for index in world.indexes(table))
    else:
        only = statement.name if statement.kind == REINDEX_OBJECT_SCHEMA else None
        for kind in (Table, MaterializedView):
            for fact in world.of(kind):
                if only in (None, fact.names[0]) and with_rows((fact.names,), world):
                    yield fact.names, tuple(index.names for index in world.indexes(fact.names))


def _parts(name: Path, world: World) -> Iterator[tuple[Path | None, tuple[Path, ...]]]:
    """An index, or those of the partitions that it stands for."""
    index = world.at(name)
    if not isinstance(index, Index):
        yield None, (name,)
        return
    below = [each for table in world.family(index.table) for each in world.indexes(table) if each.part_of == name]
    if not below:
        yield index.table, (name,)
    for part in below:
        yield from _parts(part.names, world)


def _blocking(table: Path | None, indexes: tuple[Path, ...]) -> Effects:
    locks = locking(Lock.ACCESS_EXCLUSIVE, *indexes)
    if table is None:
        return together((locks, building(*indexes)))
    return together((locks, locking(Lock.SHARE, table), building(table)))


def _concurrently(table: Path | None, indexes: tuple[Path, ...]) -> Effects:
    tables = (table,) if table else ()
    return together((locking(Lock.SHARE_UPDATE_EXCLUSIVE, *tables, *indexes), building(*(tables or indexes))))


def drop_index(index: RangeVar, world: World, *, concurrent: bool) -> Effects:
    return together(_dropped(path, world, concurrent=concurrent) for path in named(index, world))


def _dropped(path: Path, world: World, *, concurrent: bool) -> Effects:
    fact = world.at(path)
    tables = world.family(fact.table) if isinstance(fact, Index) else ()
    if concurrent:
        return together((locking(Lock.SHARE_UPDATE_EXCLUSIVE, path, *tables), WAITING))
    return locking(Lock.ACCESS_EXCLUSIVE, path, *tables)
