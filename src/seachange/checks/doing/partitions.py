"""Partitions that come and go: what that means for the table above them and for the partition for all the rest."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index
from seachange.checks.doing.deed import (
    Effects,
    building,
    default_partition,
    locking,
    named,
    scanning,
    together,
    with_rows,
)
from seachange.checks.proof import keeps, keeps_out
from seachange.checks.world import World
from seachange.sql.nodes import AlterTableCmd, PartitionBoundSpec
from seachange.step import Lock


def attach(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    """Its rows are read unless a check proves where they belong; so are those that no other partition takes."""
    return together(_attaching(command, tables[:1], world))


def _attaching(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Iterator[Effects]:
    change = getattr(command, "def").partition_cmd
    yield locking(Lock.SHARE_UPDATE_EXCLUSIVE, *tables)
    for table in named(change.name, world):
        members = world.family(table)
        rows = with_rows(members, world)
        yield locking(Lock.ACCESS_EXCLUSIVE, *members)
        for parent in tables:
            if not keeps(table, parent, change.bound, world):
                yield scanning(*rows)
            if _lacks_index(table, parent, world):
                yield building(*rows)
            yield taken_from_default(parent, change.bound, world)
            for constraint in world.constraints(parent):
                if constraint.references and not _has_key(table, constraint.columns, constraint.references, world):
                    others = world.family(constraint.references)
                    yield locking(Lock.SHARE_ROW_EXCLUSIVE, *others)
                    yield scanning(*rows, *with_rows(others, world))


def _has_key(table: Path, columns: tuple[str, ...], references: Path, world: World) -> bool:
    found = (each for each in world.constraints(table) if each.references == references)
    return any(each.columns == columns and each.validated for each in found)


def taken_from_default(parent: Path, bound: PartitionBoundSpec, world: World) -> Effects:
    """The default partition must have no row that belongs into the new one."""
    found = [each for each in default_partition(parent, world) if not bound.is_default]
    members = tuple(each for path in found for each in world.family(path))
    unproven = (path for path in found if not keeps_out(path, parent, bound, world))
    read = (each for path in unproven for each in with_rows(world.family(path), world))
    return together((locking(Lock.ACCESS_EXCLUSIVE, *members), scanning(*read)))


def _lacks_index(table: Path, parent: Path, world: World) -> bool:
    """PostgreSQL builds those that the table above has and this one has not."""
    own = [_shape(index) for index in world.indexes(table) if index.valid]
    return any(_shape(index) not in own for index in world.indexes(parent))


def _shape(index: Index) -> tuple[object, ...]:
    plain = (index.method, index.unique, index.columns, index.keys, index.include)
    return (*plain, index.predicate, index.nulls_not_distinct, index.constraint)


def detach(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    """Concurrently, only the partition is locked against all, and only for an instant at the end."""
    change = getattr(command, "def").partition_cmd
    found = named(change.name, world)
    parents = tables[:1]
    if change.concurrent:
        locks = (locking(Lock.SHARE_UPDATE_EXCLUSIVE, *parents), locking(Lock.ACCESS_EXCLUSIVE, *found))
        return together((*locks, Effects(waits=True)))
    defaults = (each for parent in parents for each in default_partition(parent, world))
    return locking(Lock.ACCESS_EXCLUSIVE, *parents, *found, *defaults)


def detach_finally(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    found = named(getattr(command, "def").partition_cmd.name, world)
    locks = (locking(Lock.SHARE_UPDATE_EXCLUSIVE, *tables[:1]), locking(Lock.ACCESS_EXCLUSIVE, *found))
    return together((*locks, Effects(waits=True)))
