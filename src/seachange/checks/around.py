"""What a check may look at beside the statement: the script, and the database it lands on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from google.protobuf.message import Message
from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.ref import Ref
from seachange.checks.columns import Typed, typed
from seachange.checks.customs import NONE, Customs
from seachange.checks.effects import Effects, effects
from seachange.checks.following import following
from seachange.checks.references import Reference, references
from seachange.checks.whole import NEWEST, Whole
from seachange.checks.world import World
from seachange.sql.migration import Migration, Written
from seachange.sql.tree import walk
from seachange.step import Held, Lock

if TYPE_CHECKING:
    from seachange.rules.rule import Size  # late: all rules would be loaded


F = TypeVar("F", bound=Fact)
_BLANKS = {sign: " " for sign in range(128) if not (chr(sign).isalnum() or chr(sign) == "_")}


class Course(Struct, dict=True):
    """A script from where it begins to where it leads to."""

    script: Migration
    world: World
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}

    @cached_property
    def worlds(self) -> Sequence[World]:
        """The database before each of its statements."""
        found = [self.world]
        for written in self.script.up[:-1]:
            found.append(following(written, found[-1]))
        return found

    @cached_property
    def last(self) -> World:
        """The database after the last one."""
        return following(self.script.up[-1], self.worlds[-1]) if self.script.up else self.world

    def after(self, at: int) -> World:
        """The database after the statement with that number."""
        return self.worlds[at + 1] if at + 1 < len(self.worlds) else self.last

    @cached_property
    def end(self) -> Whole:
        """What is there when all of it has passed."""
        return Whole(self.last, self.version, self.sizes)


class Around(Struct, frozen=True, dict=True):
    """What stands around one statement.

    `at` is its number among the statements of `script` that are run.  `world` is the database just before it, as far as
    that is known.  `settings` are those that are in force, by name.  `transaction` are the statements of the
    transaction that it is part of, itself among them; none where it is sent on its own.  `version` is the server's
    number.  `measured` is what a trial on a copy showed, where there was one.
    `held` are the locks that earlier statements of the same transaction took, and hold until it ends; `taken` are the
    strongest that statements of the script took before, whether they hold them or not.  `said` is what was said once
    for the whole script.  `course` is the way that the whole script takes, `customs` are the project's.
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
    held: Mapping[Path, Lock] = {}
    taken: Mapping[Path, Lock] = {}
    said: set[str] = msgspec.field(default_factory=set)
    customs: Customs = NONE

    @property
    def written(self) -> Written:
        return self.script.up[self.at]

    @property
    def earlier(self) -> Sequence[Written]:
        """The statements before it, of the whole script."""
        return self.script.up[: self.at]

    def earlier_of(self, kind: str) -> Sequence[Any]:
        """The nodes of a kind among them."""
        numbers = self.script.by_kind.get(kind, ())
        return [self.script.up[at].node for at in numbers[: bisect_left(numbers, self.at)]]

    def later_of(self, kind: str) -> Sequence[Any]:
        """The nodes of a kind among itself and those after it."""
        numbers = self.script.by_kind.get(kind, ())
        return [self.script.up[at].node for at in numbers[bisect_left(numbers, self.at) :]]

    @property
    def later(self) -> Sequence[Written]:
        return self.script.up[self.at + 1 :]

    @cached_property
    def before(self) -> Sequence[Written]:
        """The statements of its transaction that come before it."""
        return tuple(takewhile(lambda one: one is not self.written, self.transaction))

    @cached_property
    def after(self) -> World:
        """The database just after it."""
        return self.course.after(self.at) if self.course else following(self.written, self.world)

    @cached_property
    def brought(self) -> Sequence[Fact]:
        """The facts that it brings about or changes."""
        return self.after.since(self.world)

    def brought_of(self, kind: type[F]) -> Sequence[F]:
        """Those of one kind."""
        known: dict[type[Fact], Sequence[Any]] = self.__dict__.setdefault("_of_kinds", {})
        if kind not in known:
            known[kind] = [fact for fact in self.brought if isinstance(fact, kind)]
        return known[kind]

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

    @cached_property
    def columns(self) -> tuple[Typed, ...]:
        """The columns that it makes or gives another type."""
        return typed(self.written, self)

    def may_name(self, names: frozenset[str]) -> bool:
        """No where none of `names`, plain words in lower case, stands anywhere in its text: that is soon told."""
        return not names.isdisjoint(self._words) or 'u&"' in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        """Every word of its text in lower case, also of strings and comments; and the mark of names that are spelled by
        numbers of characters.
        """
        text = self.written.sql.lower()
        spelled_out = ('u&"',) if 'u&"' in text else ()
        return frozenset((*text.translate(_BLANKS).split(), *spelled_out))

    @cached_property
    def nodes(self) -> tuple[Message, ...]:
        """All nodes of it, from the outside in."""
        return tuple(walk(self.written.node)) if self.written.node is not None else ()

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """What it refers to: relations, types, routines, schemas."""
        return tuple(references(self.written.node, self.nodes)) if self.written.node is not None else ()

    @property
    def holding(self) -> Mapping[Path, Lock]:
        """The locks that are held after it: none where no transaction goes on."""
        goes_on = self.transaction and self.transaction[-1] is not self.written
        return _stronger(self.held, self.effects) if goes_on else {}

    @property
    def taking(self) -> Mapping[Path, Lock]:
        """The strongest lock on each relation that it or a statement before it takes."""
        return _stronger(self.taken, self.effects)

    @property
    def is_last(self) -> bool:
        return self.at + 1 == len(self.script.up)

    def first(self, word: str) -> bool:
        """Whether this was not asked before in this script: for what is said once of all of it."""
        if word in self.said:
            return False
        self.said.add(word)
        return True


def _stronger(before: Mapping[Path, Lock], effects: Effects) -> Mapping[Path, Lock]:
    more = [held for held in effects.locks if held.lock > before.get(held.relation, Lock.NONE)]
    return {**before, **{held.relation: held.lock for held in sorted(more, key=_lock)}} if more else before


def _lock(held: Held) -> Lock:
    return held.lock


class State(Struct, frozen=True, dict=True):
    """A state that checks look at as a whole.  `sizes` is empty for what is no database."""

    catalog: Catalog
    sizes: Mapping[Path, Size] = {}
    version: int = NEWEST
    customs: Customs = NONE

    @cached_property
    def whole(self) -> Whole:
        return Whole(World(self.catalog), self.version, self.sizes)
