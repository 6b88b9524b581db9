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
from seachange.sql.session import Moment, moments
from seachange.step import Lock

NEWEST = 180000


class Around(Struct, frozen=True, dict=True):
    """What stands around one statement.

    `at` is its number among the statements of `script` that are run.  `world` is the database just before it, as far as
    that is known.  `version` is the server's number.  `measured` is what a trial on a copy showed, where there was one.
    `held` are the locks that earlier statements of the same transaction took, and hold until it ends.  `customs` are
    the project's.
    """

    script: Migration
    at: int
    world: World
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}
    measured: Effects | None = None
    held: Mapping[Path, Lock] = {}
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

    @property
    def transaction(self) -> Sequence[Written]:
        """The statements of its transaction, itself among them; none where it is sent on its own."""
        span = self._moment.transaction
        return self.script.up[span.start : span.stop]

    @property
    def before(self) -> Sequence[Written]:
        """The statements of its transaction that come before it."""
        return self.script.up[self._moment.transaction.start : self.at] if self._moment.transaction else ()

    @property
    def settings(self) -> Mapping[str, str]:
        """What the script set, and is in force, by name."""
        return self._moment.settings

    @property
    def _moment(self) -> Moment:
        return moments(self.script)[self.at]

    @cached_property
    def effects(self) -> Effects:
        """What it locks, rewrites and reads: as measured, or as the grammar and the catalog tell."""
        return self.measured or effects(self.written, self.world, self.version)

    @property
    def holding(self) -> Mapping[Path, Lock]:
        """The locks that are held after it: none where no transaction goes on."""
        span = self._moment.transaction
        if not span or self.at + 1 == span.stop:
            return {}
        taken = {held.relation: held.lock for held in sorted(self.effects.locks, key=lambda held: held.lock)}
        return {**self.held, **{one: max(lock, self.held.get(one, lock)) for one, lock in taken.items()}}

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
