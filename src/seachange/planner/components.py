"""Strongly connected components."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def components(graph: Mapping[T, Sequence[T]]) -> Iterator[list[T]]:
    """The sets of nodes that reach each other, each after all that it leads to; Tarjan's algorithm (1972), without
    recursion.  Nodes that lead nowhere need not be keys of `graph`.
    """
    number: dict[T, int] = {}
    low: dict[T, int] = {}
    path: list[T] = []
    on_path: set[T] = set()
    for root in graph:
        if root in number:
            continue
        work = [(root, iter(graph.get(root, ())))]
        number[root] = low[root] = len(number)
        path.append(root)
        on_path.add(root)
        while work:
            node, ahead = work[-1]
            for other in ahead:
                if other not in number:
                    number[other] = low[other] = len(number)
                    path.append(other)
                    on_path.add(other)
                    work.append((other, iter(graph.get(other, ()))))
                    break
                if other in on_path:
                    low[node] = min(low[node], number[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == number[node]:
                    found = []
                    while not found or found[-1] != node:
                        found.append(path.pop())
                        on_path.discard(found[-1])
                    yield found
