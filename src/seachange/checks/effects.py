"""What a statement does to relations that others use: its locks, what it writes anew, what it reads whole.

Told from the grammar and the catalog; where no catalog was given, what is not known counts as the worst.  The locks are
those that were measured on PostgreSQL 14 to 18.
"""

from __future__ import annotations

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.checks.world import World
from seachange.sql.migration import Written
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


def effects(written: Written, world: World, version: int) -> Effects:
    """What `written` does, just before it is run."""
    del written, world, version
    return Effects()
