"""What a check may look at beside the statement: the script, and the database it lands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.ref import Ref
from seachange.checks.effects import Effects, effects
from seachange.checks.following import following
from seachange.checks.whole import NEWEST, Whole
from seachange.checks.world import World
from seachange.rules.rule import Size
from seachange.sql.migration import Migration, Written
from seachange.sql.session import Moment, moments
from seachange.step import Lock


class Course(Struct, dict=True):
    """A script from where it begins to where it leads to."""

    script: Migration
    world: World
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}

    @cached_property
    def worlds(self) -> Sequence[World]:
        """The database before each of its statements, and after the last one."""
        found = [self.world]
        for written in self.script.up:
            found.append(following(written, found[-1]))
        return found

    @cached_property
    def end(self) -> Whole:
        """What is there when all of it has passed."""
        return Whole(self.worlds[-1], self.version, self.sizes)


class Around(Struct, frozen=True, dict=True):
    """What stands around one statement.

    `at` is its number among the statements of `script` that are run.  `world` is the database just before it, as far as
    that is known.  `version` is the server's number.  `measured` is what a trial on a copy showed, where there was one.
    `held` are the locks that earlier statements of the same transaction took, and hold until it ends.
    """

    script: Migration
    at: int
    world: World
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}
    measured: Effects | None = None
    course: Course | None = None
    held: Mapping[Path, Lock] = {}

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
    def after(self) -> World:
        """The database just after it."""
        return self.course.worlds[self.at + 1] if self.course else following(self.written, self.world)

    @property
    def brought(self) -> Sequence[Fact]:
        """The facts that it brings about or changes."""
        return self.after.since(self.world)

    @cached_property
    def end(self) -> Whole:
        """What is there when the script has come to its end."""
        if self.course:
            return self.course.end
        world = self.world
        for written in self.script.up[self.at :]:
            world = following(written, world)
        return Whole(world, self.version, self.sizes)

    @cached_property
    def changed(self) -> tuple[Ref, ...]:
        """The addresses of what it makes, changes or does away with, as far as that is known."""
        return self.after.touched(self.world)

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


class State(Struct, frozen=True, dict=True):
    """A state that checks look at as a whole.  `sizes` is empty for what is no database."""

    catalog: Catalog
    sizes: Mapping[Path, Size] = {}
    version: int = NEWEST

    @cached_property
    def whole(self) -> Whole:
        return Whole(World(self.catalog), self.version, self.sizes)
