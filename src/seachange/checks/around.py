"""What a check may look at beside the statement: the script, and the database it lands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.checks.effects import Effects, effects
from seachange.checks.following import following
from seachange.checks.whole import NEWEST, Whole
from seachange.checks.world import World
from seachange.rules.rule import Size
from seachange.sql.migration import Migration, Written


class Course(Struct, dict=True):
    """A script from where it begins to where it leads to."""

    script: Migration
    world: World
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}

    @cached_property
    def end(self) -> Whole:
        """What is there when all of it has passed."""
        world = self.world
        for written in self.script.up:
            world = following(written, world)
        return Whole(world, self.version, self.sizes)


class Around(Struct, frozen=True, dict=True):
    """What stands around one statement.

    `at` is its number among the statements of `script` that are run.  `world` is the database just before it, as far as
    that is known.  `settings` are those that are in force, by name.  `transaction` are the statements of the
    transaction that it is part of, itself among them; none where it is sent on its own.  `version` is the server's
    number.  `measured` is what a trial on a copy showed, where there was one.
    """

    script: Migration
    at: int
    world: World
    settings: Mapping[str, str] = {}
    transaction: tuple[Written, ...] = ()
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}
    measured: Effects | None = None
    course: Course | None = None

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
    def after(self) -> World:
        """The database just after it."""
        return following(self.written, self.world)

    @cached_property
    def brought(self) -> tuple[Fact, ...]:
        """The facts that it brings about or changes."""
        before = self.world.made
        return tuple(fact for ref, fact in self.after.made.items() if before.get(ref) is not fact)

    @cached_property
    def end(self) -> Whole:
        """What is there when the script has come to its end."""
        rest = Course(msgspec.structs.replace(self.script, statements=tuple(self.script.up[self.at :])), self.world)
        return (self.course or msgspec.structs.replace(rest, version=self.version, sizes=self.sizes)).end

    @cached_property
    def effects(self) -> Effects:
        """What it locks, rewrites and reads: as measured, or as the grammar and the catalog tell."""
        return self.measured or effects(self.written, self.world, self.version)


class State(Struct, frozen=True, dict=True):
    """A state that checks look at as a whole.  `sizes` is empty for what is no database."""

    catalog: Catalog
    sizes: Mapping[Path, Size] = {}
    version: int = NEWEST

    @cached_property
    def whole(self) -> Whole:
        return Whole(World(self.catalog), self.version, self.sizes)
