"""The edges of a catalog, found one by one as long as few are asked for, and all at once when it is many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Protocol

from seachange.catalog.edge import Edge
from seachange.catalog.ref import Ref

FEW = 300
"""So many objects are asked about one by one: all edges of a large database take as long as some thousand of them."""


class Single(Protocol):
    """Finds the edges of one object without naming all others."""

    def of_user(self, ref: Ref) -> Iterable[Edge]:
        """Those by which `ref` needs something."""

    def of_used(self, ref: Ref) -> Iterable[Edge]:
        """Those by which something needs `ref`."""


class Edges:
    """Who needs whom, both ways.  Several catalogs may share one.

    `found` may be a function: it is called once, when somebody first asks for all or for many.
    """

    def __init__(self, found: Iterable[Edge] | Callable[[], Iterable[Edge]] = (), single: Single | None = None) -> None:
        self._found = found
        self.single = single
        self._few: dict[tuple[Ref, bool], frozenset[Edge]] = {}

    def of_user(self, ref: Ref) -> Iterable[Edge]:
        """The edges by which `ref` needs something."""
        if self.single is None or self._are_many:
            return self._by_user.get(ref, ())
        return self._one(ref, self.single.of_user, used=False)

    def of_used(self, ref: Ref) -> Iterable[Edge]:
        """The edges by which something needs `ref`."""
        if self.single is None or self._are_many:
            return self._by_used.get(ref, ())
        return self._one(ref, self.single.of_used, used=True)

    @cached_property
    def all(self) -> frozenset[Edge]:
        return frozenset(self._found() if callable(self._found) else self._found)

    @property
    def _are_many(self) -> bool:
        return "all" in self.__dict__ or len(self._few) >= FEW

    def _one(self, ref: Ref, ask: Callable[[Ref], Iterable[Edge]], *, used: bool) -> frozenset[Edge]:
        known = self._few.get((ref, used))
        if known is None:
            known = self._few[ref, used] = frozenset(ask(ref))
        return known

    @cached_property
    def _by_user(self) -> Mapping[Ref, list[Edge]]:
        found: defaultdict[Ref, list[Edge]] = defaultdict(list)
        for edge in self.all:
            found[edge.user].append(edge)
        return found

    @cached_property
    def _by_used(self) -> Mapping[Ref, list[Edge]]:
        found: defaultdict[Ref, list[Edge]] = defaultdict(list)
        for edge in self.all:
            found[edge.used].append(edge)
        return found
