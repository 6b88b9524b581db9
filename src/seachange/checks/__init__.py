"""Checks: what may be wrong with a migration, or with a state.  One file each, which holds all that is known of it.

`CHECKS` has them all by name.  `looked_at` goes through a script statement by statement; `advised` looks at a state.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.checks.around import Around, Course, State
from seachange.checks.aspects import aspects
from seachange.checks.check import UNPARSED, Check, Remark, Remarks, Verdict
from seachange.checks.customs import NONE, Customs
from seachange.checks.effects import Effects
from seachange.checks.whole import NEWEST
from seachange.checks.world import World
from seachange.sql.migration import Migration, Written
from seachange.step import Lock

if TYPE_CHECKING:
    from seachange.rules.rule import Size  # late: all rules would be loaded

GROUPS = ("locking", "rewrites", "losing", "correctness", "security", "compatibility", "performance", "naming")
"""The packages that hold checks."""


class Told(Struct, frozen=True):
    """A remark, with the check that makes it, and the statement that it is about, with what stands around that; none
    where it is about a state."""

    check: Check
    remark: Remark
    written: Written | None = None
    around: Around | None = None

    @property
    def flagged(self) -> bool:
        return self.remark.verdict is Verdict.FLAGGED

    @property
    def same_as(self) -> tuple[str, ...]:
        """The rules of other tools that say this of it."""
        return self.remark.same_as or self.check.same_as


class Known(Struct, frozen=True):
    """What is known of the database that a script is for."""

    world: World = World()
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}
    measured: Mapping[tuple[str, int], Effects] = {}
    """What a trial showed, by the file of a statement and its first byte."""
    customs: Customs = NONE


NOTHING = Known()


@cache
def checks() -> Mapping[str, Check]:
    """All checks by name, in the order of their codes."""
    found = (check for group in GROUPS for check in _of_group(group))
    return {check.name: check for check in sorted(found, key=lambda one: one.code)}


def home(check: Check) -> tuple[str, ModuleType]:
    """The group of a check, and its file, whose docstring is its page."""
    for group in GROUPS:
        if found := sys.modules.get(f"seachange.checks.{group}.{check.name.replace('-', '_')}"):
            return group, found
    raise KeyError(check.name)


def _of_group(group: str) -> Iterator[Check]:
    package = import_module(f"seachange.checks.{group}")
    for module in pkgutil.iter_modules(package.__path__):
        found = getattr(import_module(f"{package.__name__}.{module.name}"), "CHECK", None)
        if isinstance(found, Check):
            yield found


def looked_at(
    scripts: Iterable[Migration], known: Known = NOTHING, names: Collection[str] | None = None
) -> Iterator[Told]:
    """What the checks say of scripts: of `names` only, or of all that are not optional.

    With a catalog the scripts land on it one after the other.  Without one each is looked at by itself: who knows what
    became of the tables that an earlier one made?
    """
    table = _Table(_wanted(names, lambda check: check.statement is not None))
    world = known.world
    for script in scripts:
        held: Mapping[Path, Lock] = {}
        taken: Mapping[Path, Lock] = {}
        said: set[str] = set()
        course = Course(script, world, known.version, known.sizes)
        for at, written in enumerate(script.up):
            around = Around(
                script,
                at,
                course.worlds[at],
                script.settings[at],
                script.block_of(at),
                version=known.version,
                sizes=known.sizes,
                measured=known.measured.get((written.file, written.start)),
                course=course,
                held=held,
                taken=taken,
                said=said,
                customs=known.customs,
            )
            for check, look in table.of(written):
                for remark in look(written, around):
                    yield Told(check, _asking(remark), written, around)
            held, taken = around.holding, around.taking
        if known.world.known:
            world = course.last


Look = Callable[[Written, Around], Remarks]


class _Table:
    """Which checks look at which statements, by what these are."""

    def __init__(self, wanted: Sequence[Check]) -> None:
        self._wanted = wanted
        self._known: dict[frozenset[str], list[tuple[Check, Look]]] = {}

    def of(self, written: Written) -> list[tuple[Check, Look]]:
        found = aspects(written.node) if written.node is not None else _UNPARSED
        if found not in self._known:
            meant = (check for check in self._wanted if not check.kinds or not found.isdisjoint(check.kinds))
            self._known[found] = [(check, check.statement) for check in meant if check.statement]
        return self._known[found]


_UNPARSED = frozenset({UNPARSED})


def advised(state: State, names: Collection[str] | None = None) -> Iterator[Told]:
    """What the checks say of a state: of `names` only, or of all that are not optional."""
    for check in _wanted(names, lambda check: check.state is not None):
        assert check.state is not None
        for remark in check.state(state):
            yield Told(check, _asking(remark))


def _wanted(names: Collection[str] | None, able: Callable[[Check], bool]) -> list[Check]:
    meant = (check for check in checks().values() if (not check.optional if names is None else check.name in names))
    return [check for check in meant if able(check)]


def _asking(remark: Remark) -> Remark:
    return replace(remark, verdict=Verdict.UNKNOWN) if remark.asks else remark
