"""What a statement does, piece by piece, and how the pieces come together."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, View
from seachange.catalog.ref import Ref
from seachange.checks.world import World
from seachange.sql.nodes import RangeVar
from seachange.step import Held, Lock


class Effects(Struct, frozen=True):
    """What one statement does to relations that were there before the script.

    `rewrites` are tables written anew, `scans` tables read whole, `builds` tables of which an index is built; all while
    the locks are held.  `waits` says that it waits for all older transactions, as what works concurrently does.
    """

    locks: tuple[Held, ...] = ()
    rewrites: frozenset[Path] = frozenset()
    scans: frozenset[Path] = frozenset()
    builds: frozenset[Path] = frozenset()
    waits: bool = False

    @property
    def lock(self) -> Lock:
        """The strongest lock."""
        return max((held.lock for held in self.locks), default=Lock.NONE)

    @property
    def works(self) -> frozenset[Path]:
        """The tables on which it takes as long as they are large."""
        return self.rewrites | self.scans | self.builds

    def on(self, relation: Path) -> Lock:
        """The lock on one relation."""
        return max((held.lock for held in self.locks if held.relation == relation), default=Lock.NONE)


NOTHING = Effects()


def together(parts: Iterable[Effects]) -> Effects:
    """All of them at once: of each relation the strongest lock."""
    found = [part for part in parts if part is not NOTHING]
    if len(found) < 2:
        return found[0] if found else NOTHING
    locks: dict[Path, Lock] = {}
    for part in found:
        for held in part.locks:
            locks[held.relation] = max(held.lock, locks.get(held.relation, Lock.NONE))
    return Effects(
        tuple(Held(relation, lock) for relation, lock in locks.items()),
        frozenset().union(*(part.rewrites for part in found)),
        frozenset().union(*(part.scans for part in found)),
        frozenset().union(*(part.builds for part in found)),
        any(part.waits for part in found),
    )


def locking(lock: Lock, *relations: Path) -> Effects:
    return Effects(tuple(Held(relation, lock) for relation in relations)) if relations else NOTHING


def scanning(*tables: Path) -> Effects:
    return Effects(scans=frozenset(tables))


def rewriting(*tables: Path) -> Effects:
    return Effects(rewrites=frozenset(tables))


def building(*tables: Path) -> Effects:
    """An index is built, for which the table is read."""
    return Effects(builds=frozenset(tables), scans=frozenset(tables))


def named(relation: RangeVar, world: World) -> tuple[Path, ...]:
    """The path of what a statement names; none where a catalog says that there is no such thing."""
    fact = world.relation(relation)
    if fact is not None:
        return (fact.names,)
    system = relation.schemaname in ("pg_catalog", "information_schema")
    return () if world.known or system else (world.place(relation),)


def meant(relation: RangeVar, world: World) -> tuple[Path, ...]:
    """The same, with the tables below it, unless it says ONLY."""
    found = named(relation, world)
    return tuple(each for path in found for each in world.family(path)) if relation.inh else found


def with_rows(tables: Iterable[Path], world: World) -> tuple[Path, ...]:
    """Those of some tables that hold rows of their own."""
    return tuple(each for each in tables if not is_partitioned(each, world) and not isinstance(world.at(each), View))


def is_partitioned(table: Path, world: World) -> bool:
    fact = world.get(Ref("table", table))
    return isinstance(fact, Table) and bool(fact.partition_key)


def default_partition(parent: Path, world: World) -> tuple[Path, ...]:
    """The partition that takes what no other does."""
    found = ((child, world.get(Ref("table", child))) for child in world.children(parent))
    return tuple(child for child, fact in found if isinstance(fact, Table) and fact.bound == "DEFAULT")
