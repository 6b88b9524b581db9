"""How much of each kind is the same in two states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS
from seachange.compare.change import Change, verb


class Parity(msgspec.Struct, frozen=True):
    """One kind, counted in both states.

    `equal` are there and alike in both, `altered` there in both and different, `missing` only in the desired state,
    `extra` only in the current one.
    """

    kind: str
    current: int
    desired: int
    equal: int
    altered: int
    missing: int
    extra: int

    @property
    def all(self) -> int:
        """What there is in either state: the denominator of `per_cent`."""
        return self.equal + self.altered + self.missing + self.extra

    @property
    def per_cent(self) -> float:
        """How many of all are equal, in per cent, rounded down: 100 is said only where nothing differs."""
        return self.equal * 1000 // self.all / 10 if self.all else 100.0


def parity(current: Catalog, desired: Catalog, changes: Iterable[Change]) -> tuple[Parity, ...]:
    """A row for each kind of which either state has some, in the order of their names."""
    here = Counter(ref.kind for ref in current.facts)
    there = Counter(ref.kind for ref in desired.facts)
    found = Counter((change.ref.kind, verb(change)) for change in changes)
    silent = current.origin.silent | desired.origin.silent
    return tuple(
        _row(kind, here[kind], there[kind], found)
        for kind in sorted(here.keys() | there.keys())
        if kind not in silent and (not KINDS[kind].derived or found[kind, "alter"])
    )


def _row(kind: str, here: int, there: int, found: Counter[tuple[str, str]]) -> Parity:
    altered, missing, extra = found[kind, "alter"], found[kind, "create"], found[kind, "drop"]
    return Parity(kind, here, there, here - extra - altered, altered, missing, extra)
