"""Checks: what may be wrong with a migration, or with a state.  One file each, which holds all that is known of it.

`CHECKS` has them all by name.  `looked_at` goes through a script statement by statement; `advised` looks at a state.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module

from msgspec import Struct
from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.checks.around import NEWEST, Around, State
from seachange.checks.check import Check, Remark, Verdict
from seachange.checks.customs import NONE, Customs
from seachange.checks.following import following
from seachange.checks.world import World
from seachange.rules.rule import Size
from seachange.sql.migration import Migration, Written
from seachange.sql.tree import kind
from seachange.step import Lock

GROUPS = ("locking", "rewrites", "losing", "correctness", "security", "compatibility", "performance", "naming")
"""The packages that hold checks."""


class Told(Struct, frozen=True):
    """A remark, with the check that makes it and the statement that it is about; none where it is about a state."""

    check: Check
    remark: Remark
    written: Written | None = None

    @property
    def flagged(self) -> bool:
        return self.remark.verdict is Verdict.FLAGGED


class Known(Struct, frozen=True):
    """What is known of the database that a script is for."""

    world: World = World()
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}
    customs: Customs = NONE


NOTHING = Known()


@cache
def checks() -> Mapping[str, Check]:
    """All checks by name, in the order of their codes."""
    found = (check for group in GROUPS for check in _of_group(group))
    return {check.name: check for check in sorted(found, key=lambda one: one.code)}


def _of_group(group: str) -> Iterator[Check]:
    package = import_module(f"seachange.checks.{group}")
    for module in pkgutil.iter_modules(package.__path__):
        found = getattr(import_module(f"{package.__name__}.{module.name}"), "CHECK", None)
        if isinstance(found, Check):
            yield found


def looked_at(
    scripts: Iterable[Migration], known: Known = NOTHING, names: Collection[str] | None = None
) -> Iterator[Told]:
    """What the checks say of scripts that are run one after the other; of `names` only, where they are given."""
    wanted = [check for name, check in checks().items() if check.statement and (names is None or name in names)]
    world = known.world
    for script in scripts:
        held: Mapping[Path, Lock] = {}
        for at, written in enumerate(script.up):
            around = Around(
                script, at, world, version=known.version, sizes=known.sizes, held=held, customs=known.customs
            )
            for check in wanted:
                yield from _asked(check, written, around)
            held = around.holding
            world = following(written, world)


def _asked(check: Check, written: Written, around: Around) -> Iterator[Told]:
    if check.statement is None or (check.kinds and (written.node is None or kind(written.node) not in check.kinds)):
        return
    for remark in check.statement(written, around):
        yield Told(check, _asking(remark), written)


def advised(state: State, names: Collection[str] | None = None) -> Iterator[Told]:
    """What the checks say of a state; of `names` only, where they are given."""
    for name, check in checks().items():
        if check.state and (names is None or name in names):
            for remark in check.state(state):
                yield Told(check, _asking(remark))


def _asking(remark: Remark) -> Remark:
    return replace(remark, verdict=Verdict.UNKNOWN) if remark.asks else remark
