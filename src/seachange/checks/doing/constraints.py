"""Constraints that come, go, and are held against the rows that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.doing.deed import (
    NOTHING,
    Effects,
    building,
    locking,
    named,
    scanning,
    together,
    with_rows,
)
from seachange.checks.proof import is_proven
from seachange.checks.world import World
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_EXCLUSION,
    CONSTR_FOREIGN,
    CONSTR_NOTNULL,
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    DROP_CASCADE,
    AlterTableCmd,
    Constraint,
    RangeVar,
)
from seachange.step import Lock

INDEXED = frozenset({CONSTR_PRIMARY, CONSTR_UNIQUE, CONSTR_EXCLUSION})


def referred(table: RangeVar, world: World) -> tuple[Path, ...]:
    """The table that a foreign key refers to, with its partitions."""
    return tuple(each for path in named(table, world) for each in world.family(path))


def add_constraint(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    constraint = getattr(command, "def").constraint
    if constraint.contype == CONSTR_FOREIGN:
        return _foreign_key(constraint, tables, world)
    if constraint.contype in INDEXED:
        return _indexed(constraint, tables, world)
    return _checked(constraint, tables, world)


def _foreign_key(constraint: Constraint, tables: tuple[Path, ...], world: World) -> Effects:
    """Both tables are locked alike; both are read, unless that is put off."""
    others = referred(constraint.pktable, world)
    locks = locking(Lock.SHARE_ROW_EXCLUSIVE, *tables, *others)
    if constraint.skip_validation or not constraint.is_enforced:
        return locks
    rows = with_rows(tables, world)
    if len(tables) > 1 and all(_is_kept(constraint, table, others, world) for table in rows):
        return together((locks, locking(Lock.ACCESS_EXCLUSIVE, *others)))
    return together((locks, scanning(*rows, *with_rows(others, world))))


def _is_kept(constraint: Constraint, partition: Path, others: tuple[Path, ...], world: World) -> bool:
    """A partition has the same foreign key already: it becomes a part of the new one."""
    columns = tuple(each.string.sval for each in constraint.fk_attrs)
    return any(
        each.type == "foreign key" and each.validated and each.columns == columns and each.references in others
        for each in world.constraints(partition)
    )


def _checked(constraint: Constraint, tables: tuple[Path, ...], world: World) -> Effects:
    if constraint.is_no_inherit:
        tables = tables[:1]
    locks = locking(Lock.ACCESS_EXCLUSIVE, *tables)
    if constraint.skip_validation or (constraint.contype == CONSTR_CHECK and not constraint.is_enforced):
        return locks
    if constraint.contype == CONSTR_NOTNULL:
        column = constraint.keys[0].string.sval
        return together((locks, scanning(*nullable(with_rows(tables, world), (column,), world))))
    return together((locks, scanning(*with_rows(tables, world)))) if constraint.contype == CONSTR_CHECK else locks


def _indexed(constraint: Constraint, tables: tuple[Path, ...], world: World) -> Effects:
    locks, rows = locking(Lock.ACCESS_EXCLUSIVE, *tables), with_rows(tables, world)
    if not constraint.indexname:
        return together((locks, building(*rows)))
    if constraint.contype != CONSTR_PRIMARY or not tables:
        return locks
    index = world.get(Ref("index", (tables[0][0], constraint.indexname)))
    columns = index.columns if isinstance(index, Index) else ("",)
    return together((locks, scanning(*nullable(rows, columns, world))))


def nullable(tables: Collection[Path], columns: Collection[str], world: World) -> Iterator[Path]:
    """The tables of which one column may have a null as far as is known."""
    for table in tables:
        if not all(_is_required(table, column, world) for column in columns):
            yield table


def _is_required(table: Path, column: str, world: World) -> bool:
    found = world.column(table, column)
    return (found is not None and found.not_null) or is_proven(table, column, world)


def validate(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    """Others go on reading and writing meanwhile."""
    if not tables:
        return NOTHING
    constraint = world.constraint(tables[0], command.name)
    locks = locking(Lock.SHARE_UPDATE_EXCLUSIVE, *tables)
    if constraint is not None and constraint.validated:
        return locks
    work = scanning(*with_rows(tables, world))
    if constraint is None or constraint.references is None:
        return together((locks, work))
    others = world.family(constraint.references)
    return together((locks, work, locking(Lock.ROW_SHARE, *others), scanning(*with_rows(others, world))))


def drop_constraint(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    """That of a foreign key also locks the table that it refers to: its triggers go."""
    locks = locking(Lock.ACCESS_EXCLUSIVE, *tables)
    constraint = world.constraint(tables[0], command.name) if tables else None
    if constraint is None:
        return locks
    if constraint.references:
        return together((locks, locking(Lock.ACCESS_EXCLUSIVE, *world.family(constraint.references))))
    if command.behavior == DROP_CASCADE and constraint.type in ("primary key", "unique"):
        return together((locks, locking(Lock.ACCESS_EXCLUSIVE, *_relying(constraint, world))))
    return locks


def _relying(key: TableConstraint, world: World) -> Iterator[Path]:
    """The tables whose foreign keys need a key."""
    for constraint in world.referring(key.names[:-1]):
        if set(constraint.referenced_columns) == set(key.columns):
            yield constraint.names[:-1]


def alter_constraint(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    """To enforce what was not enforced is to hold it against the rows."""
    change = getattr(command, "def").atalter_constraint
    locks = locking(Lock.ACCESS_EXCLUSIVE, *tables)
    constraint = world.constraint(tables[0], change.conname) if tables else None
    if not change.alter_enforceability or (constraint is not None and constraint.enforced == change.is_enforced):
        return locks
    others = world.family(constraint.references) if constraint is not None and constraint.references else ()
    lock = Lock.SHARE_ROW_EXCLUSIVE if change.is_enforced else Lock.ACCESS_EXCLUSIVE
    work = scanning(*with_rows((*tables, *others), world)) if change.is_enforced else NOTHING
    return together((locks, locking(lock, *others), work))
