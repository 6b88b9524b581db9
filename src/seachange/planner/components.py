"""Strongly connected components."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


def components(graph: Mapping[T, Sequence[T]]) -> Iterator[list[T]]:
    """The sets of nodes that reach each other, each after all that it leads to.

    Tarjan's algorithm (1972), without recursion.  Nodes that lead nowhere need not be keys of `graph`.
    """
    search = _Search(graph)
    for root in graph:
        if root not in search.number:
            yield from search.below(root)


class _Search(Generic[T]):
    """What is known of the nodes met so far: when each was met, and the earliest one that it leads back to."""

    def __init__(self, graph: Mapping[T, Sequence[T]]) -> None:
        self.graph = graph
        self.number: dict[T, int] = {}
        self.low: dict[T, int] = {}
        self.path: list[T] = []
        self.on_path: set[T] = set()
        self.work: list[tuple[T, Iterator[T]]] = []

    def below(self, root: T) -> Iterator[list[T]]:
        self._enter(root)
        while self.work:
            node, ahead = self.work[-1]
            if (other := self._next(node, ahead)) is not None:
                self._enter(other)
                continue
            self.work.pop()
            if self.work:
                above = self.work[-1][0]
                self.low[above] = min(self.low[above], self.low[node])
            if self.low[node] == self.number[node]:
                yield self._component(node)

    def _enter(self, node: T) -> None:
        self.number[node] = self.low[node] = len(self.number)
        self.path.append(node)
        self.on_path.add(node)
        self.work.append((node, iter(self.graph.get(node, ()))))

    def _next(self, node: T, ahead: Iterator[T]) -> T | None:
        """The next node that was not met yet."""
        for other in ahead:
            if other not in self.number:
                return other
            if other in self.on_path:
                self.low[node] = min(self.low[node], self.number[other])
        return None

    def _component(self, node: T) -> list[T]:
        found: list[T] = []
        while not found or found[-1] != node:
            found.append(self.path.pop())
            self.on_path.discard(found[-1])
        return found
