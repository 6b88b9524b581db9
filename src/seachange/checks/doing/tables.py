"""Tables and views that are made, emptied, moved and named anew, and what is made beside them."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import MaterializedView, Table
from seachange.checks.doing.constraints import referred
from seachange.checks.doing.deed import (
    NOTHING,
    Effects,
    is_partitioned,
    locking,
    meant,
    named,
    rewriting,
    scanning,
    together,
    with_rows,
)
from seachange.checks.doing.indexes import is_on
from seachange.checks.doing.partitions import taken_from_default
from seachange.checks.doing.reading import beneath, query
from seachange.checks.world import World
from seachange.sql import tree
from seachange.sql.nodes import (
    CONSTR_FOREIGN,
    DROP_CASCADE,
    ClusterStmt,
    CommonTableExpr,
    CreateForeignTableStmt,
    CreateStmt,
    CreateTableAsStmt,
    LockStmt,
    RangeVar,
    RefreshMatViewStmt,
    TruncateStmt,
    VacuumStmt,
    ViewStmt,
)
from seachange.step import Lock


def create_table(statement: CreateStmt, world: World, version: int) -> Effects:
    """Others are touched by what it refers to, inherits from, or is a part of."""
    if statement.if_not_exists and world.relation(statement.relation) is not None:
        return NOTHING
    return together(_created(statement, world))


def create_foreign_table(statement: CreateForeignTableStmt, world: World, version: int) -> Effects:
    return create_table(statement.base_stmt, world, version)


def _created(statement: CreateStmt, world: World) -> Iterator[Effects]:
    for element in statement.table_elts:
        if element.HasField("table_like_clause"):
            yield locking(Lock.ACCESS_SHARE, *named(element.table_like_clause.relation, world))
        for each in (element, *element.column_def.constraints):
            if each.HasField("constraint") and each.constraint.contype == CONSTR_FOREIGN:
                yield locking(Lock.SHARE_ROW_EXCLUSIVE, *referred(each.constraint.pktable, world))
    for each in statement.inh_relations:
        for parent in named(each.range_var, world):
            yield from _below(parent, statement, world)


def _below(parent: Path, statement: CreateStmt, world: World) -> Iterator[Effects]:
    if not statement.HasField("partbound"):
        yield locking(Lock.SHARE_UPDATE_EXCLUSIVE, parent)
        return
    yield locking(Lock.ACCESS_EXCLUSIVE, parent)
    yield taken_from_default(parent, statement.partbound, world)
    for constraint in world.constraints(parent):
        if constraint.references:
            yield locking(Lock.SHARE_ROW_EXCLUSIVE, *world.family(constraint.references))


def create_table_as(statement: CreateTableAsStmt, world: World, version: int) -> Effects:
    if statement.if_not_exists and world.relation(statement.into.rel) is not None:
        return NOTHING
    found = query(tree.inner(statement.query), world)
    return Effects(found.locks) if statement.into.skip_data else found


def create_view(statement: ViewStmt, world: World, version: int) -> Effects:
    """Nothing is read yet: the names must stand for something."""
    own = {each.ctename for each in tree.walk(statement.query) if isinstance(each, CommonTableExpr)}
    named_in_it = (each for each in tree.walk(statement.query) if isinstance(each, RangeVar))
    tables = (each for each in named_in_it if each.schemaname or each.relname not in own)
    read = locking(Lock.ACCESS_SHARE, *(path for each in tables for path in named(each, world)))
    view = named(statement.view, world) if statement.replace and world.relation(statement.view) is not None else ()
    return together((read, locking(Lock.ACCESS_EXCLUSIVE, *view)))


def refresh(statement: RefreshMatViewStmt, world: World, version: int) -> Effects:
    views = named(statement.relation, world)
    below = [each for view in views for each in _sources(view, world)]
    tables = with_rows((each for each in below if isinstance(world.at(each), Table)), world)
    read = together((locking(Lock.ACCESS_SHARE, *below), scanning(*tables)))
    if statement.concurrent:
        return together((read, locking(Lock.EXCLUSIVE, *views), scanning(*views)))
    return together((read, locking(Lock.ACCESS_EXCLUSIVE, *views), rewriting(*views)))


def _sources(view: Path, world: World) -> Iterator[Path]:
    fact = world.at(view)
    if isinstance(fact, MaterializedView) and world.catalog is not None:
        paths = {names for used in world.catalog.uses(fact.ref) for names in (used.names, used.names[:-1])}
        for path in sorted(paths):
            if path != view and world.at(path) is not None:
                yield path
                yield from beneath(path, world)


def truncate(statement: TruncateStmt, world: World, version: int) -> Effects:
    """With CASCADE also the tables that refer to it, and those that refer to them."""
    tables = dict.fromkeys(table for each in statement.relations for table in meant(each.range_var, world))
    waiting = list(tables) if statement.behavior == DROP_CASCADE else []
    while waiting:
        for constraint in world.referring(waiting.pop()):
            for member in world.family(constraint.names[:-1]):
                if member not in tables:
                    tables[member] = None
                    waiting.append(member)
    return together((locking(Lock.ACCESS_EXCLUSIVE, *tables), rewriting(*with_rows(tables, world))))


def cluster(statement: ClusterStmt, world: World, version: int) -> Effects:
    if not statement.HasField("relation"):
        clustered = (table.names for table in world.of(Table) if table.cluster_on)
        return together(_written(path, world) for path in clustered)
    return together(_written(path, world) for path in meant(statement.relation, world))


def _written(table: Path, world: World) -> Effects:
    rows = () if is_partitioned(table, world) else (table,)
    return together((locking(Lock.ACCESS_EXCLUSIVE, table), rewriting(*rows)))


def vacuum(statement: VacuumStmt, world: World, version: int) -> Effects:
    """FULL writes tables anew; the others go through them beside everybody else."""
    found = [path for each in statement.rels for path in meant(each.vacuum_relation.relation, world)]
    if not statement.rels:
        found = [fact.names for kind in (Table, MaterializedView) for fact in world.of(kind)]
    if is_on(statement.options, "full"):
        return together(_written(path, world) for path in found)
    return locking(Lock.SHARE_UPDATE_EXCLUSIVE, *found)


def lock_table(statement: LockStmt, world: World, version: int) -> Effects:
    tables = (path for each in statement.relations for path in meant(each.range_var, world))
    all_of_them = dict.fromkeys(each for path in tables for each in (path, *beneath(path, world)))
    return locking(Lock(statement.mode), *all_of_them)
