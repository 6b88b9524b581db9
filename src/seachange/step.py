"""The smallest thing that is done to a database: one statement, and all that is known of it."""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum

import msgspec

from seachange.catalog.facts import Path
from seachange.catalog.ref import Ref


class Stage(IntEnum):
    """The order in which people expect to see the work, one file each.  Dependencies come first."""

    RENAMES = 0
    EXTENSIONS = 1
    TYPES = 2
    SEQUENCES = 3
    TABLES = 4
    COLUMNS = 5
    FUNCTIONS = 6
    DATA = 7
    VIEWS = 8
    INDEXES = 9
    TRIGGERS = 10
    CONSTRAINTS = 11
    VALIDATION = 12
    POLICIES = 13
    PRIVILEGES = 14
    REMOVE = 15


class Lock(IntEnum):
    """PostgreSQL's table locks, weakest first."""

    NONE = 0
    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    @property
    def words(self) -> str:
        """As PostgreSQL's documentation writes it."""
        return self.name.replace("_", " ")


class Risk(StrEnum):
    """What a person should know, and for some of them agree to, before a step is run."""

    LOSES_DATA = "loses-data"
    """Rows, or values of a column, are gone afterwards or wait in the quarantine."""
    REWRITES = "rewrites"
    """A table that has rows is written anew while nobody may use it."""
    SCANS = "scans"
    """A table that has rows is read whole under a lock that stops writers."""
    BUILDS_INDEX = "builds-index"
    """An index is built over rows that are there."""
    DROPS_INDEX = "drops-index"
    """Queries that used the index become slow."""
    CHANGES_ACCESS = "changes-access"
    """Somebody may do more or less than before."""
    HIDES_NEEDS = "hides-needs"
    """A body names objects that PostgreSQL does not record: whether it runs, only running shows."""
    BREAKS_CLIENTS = "breaks-clients"
    """What an application says today is refused, or means something else, afterwards."""
    REFUSES_ROWS = "refuses-rows"
    """Fails where rows that are there do not fit."""
    UPGRADES_EXTENSION = "upgrades-extension"
    """An extension's own script changes the database."""


CONSENT = frozenset({Risk.LOSES_DATA, Risk.REWRITES, Risk.BREAKS_CLIENTS, Risk.UPGRADES_EXTENSION})
"""Risks that are not run without somebody's yes."""


class Way(Enum):
    """How a step is sent."""

    GROUPED = "in a transaction"
    ALONE = "outside of a transaction"
    """PostgreSQL refuses it in a transaction block: CREATE INDEX CONCURRENTLY and the like."""
    COMMITTED = "in a transaction of its own"
    """What it makes cannot be used before it is committed: a label of an enum."""


class Held(msgspec.Struct, frozen=True, array_like=True):
    """A lock on a relation that others may be using."""

    relation: Path
    lock: Lock


class Fill(msgspec.Struct, frozen=True):
    """Values for rows that are there: `column` of `table`, without the tables below it, gets `value` where a row is
    still `pending`.  `key` are the columns of its primary key; empty where it has none.  `quiet`: there are triggers
    that are not to see it, since nobody has changed these rows.
    """

    table: Path
    key: tuple[str, ...]
    column: str
    value: str
    pending: str
    quiet: bool = False


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement, without a semicolon at its end.

    `subject` is the object whose change it serves.
    `makes`, `takes` and `alters` are the addresses it brings about, does away with and changes; the order of a plan
    follows from them and from the dependencies in both catalogs.  `follows` are addresses all of whose steps come
    before this one, where no dependency says so.  `locks` lists what is held on relations that were there before.
    `rewrites` and `scans` are relations with rows that it writes anew or reads whole.  `undone` is a condition in SQL
    that is true as long as the step has something to do; where it is empty, that follows from whether the subject is
    made or taken and is there, and any other step does no harm when it is run again.  `fill` says what the statement
    of a backfill does, for who would rather do it batch by batch and go on where that stopped.
    """

    sql: str
    stage: Stage
    subject: Ref | None = None
    why: str = ""
    makes: frozenset[Ref] = frozenset()
    takes: frozenset[Ref] = frozenset()
    alters: frozenset[Ref] = frozenset()
    follows: frozenset[Ref] = frozenset()
    locks: tuple[Held, ...] = ()
    rewrites: frozenset[Path] = frozenset()
    scans: frozenset[Path] = frozenset()
    risks: frozenset[Risk] = frozenset()
    way: Way = Way.GROUPED
    undone: str = ""
    fill: Fill | None = None

    @property
    def lock(self) -> Lock:
        """The strongest lock it takes."""
        return max((held.lock for held in self.locks), default=Lock.NONE)
