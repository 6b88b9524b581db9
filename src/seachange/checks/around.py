"""What a check may look at beside the statement: the script, and the database it lands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.checks.columns import Typed, typed
from seachange.checks.customs import NONE, Customs
from seachange.checks.effects import Effects, effects
from seachange.checks.world import World
from seachange.rules.rule import Size
from seachange.sql.migration import Migration, Written

NEWEST = 180000


class Around(Struct, frozen=True, dict=True):
    """What stands around one statement.

    `at` is its number among the statements of `script` that are run.  `world` is the database just before it, as far as
    that is known.  `settings` are those that are in force, by name.  `transaction` are the statements of the
    transaction that it is part of, itself among them; none where it is sent on its own.  `version` is the server's
    number.  `measured` is what a trial on a copy showed, where there was one.  `customs` are the project's.
    """

    script: Migration
    at: int
    world: World
    settings: Mapping[str, str] = {}
    transaction: tuple[Written, ...] = ()
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}
    measured: Effects | None = None
    customs: Customs = NONE

    @property
    def written(self) -> Written:
        return self.script.up[self.at]

    @property
    def earlier(self) -> Sequence[Written]:
        """The statements before it, of the whole script."""
        return self.script.up[: self.at]

    @property
    def later(self) -> Sequence[Written]:
        return self.script.up[self.at + 1 :]

    @cached_property
    def effects(self) -> Effects:
        """What it locks, rewrites and reads: as measured, or as the grammar and the catalog tell."""
        return self.measured or effects(self.written, self.world, self.version)

    @cached_property
    def columns(self) -> tuple[Typed, ...]:
        """The columns that it makes or gives another type."""
        return typed(self.written, self)


class State(Struct, frozen=True):
    """A state that checks look at as a whole.  `sizes` is empty for what is no database."""

    catalog: Catalog
    sizes: Mapping[Path, Size] = {}
    version: int = NEWEST
    customs: Customs = NONE
