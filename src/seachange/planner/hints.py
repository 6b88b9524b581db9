"""What bodies name and PostgreSQL does not record: followed where that contradicts nothing that it does record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from seachange.catalog.ref import Ref
from seachange.planner.components import components
from seachange.planner.leaning import Leaning
from seachange.rules.table import RULES
from seachange.step import Step

Edge = tuple[int, int]


def follow_hints(steps: Sequence[Step], after: list[set[int]], pairs: Sequence[Edge], desired: Leaning) -> None:
    """Add to `after`, which tells what comes after each step, that what a body names is there before the body is used.

    `pairs` are steps that are to be in one group anyway.
    """
    hints = {edge for edge in _hints(steps, desired) if edge[1] not in after[edge[0]]}
    if not hints:
        return
    group, whole, inside = (
        _component(len(steps), after, edges)
        for edges in ([*pairs, *_back(pairs)], [*pairs, *_back(pairs), *hints], hints)
    )
    for first, then in hints:
        apart = whole[first] != whole[then]
        if apart or (group[first] == group[then] and inside[first] != inside[then]):
            after[first].add(then)


def _back(pairs: Sequence[Edge]) -> Iterator[Edge]:
    return ((then, first) for first, then in pairs)


def _component(count: int, after: Sequence[set[int]], more: Iterable[Edge]) -> list[int]:
    graph = {i: list(after[i]) for i in range(count)}
    for first, then in more:
        graph[first].append(then)
    found = [0] * count
    for number, members in enumerate(components(graph)):
        for i in members:
            found[i] = number
    return found


def _hints(steps: Sequence[Step], desired: Leaning) -> Iterator[Edge]:
    makers = _makers(steps)
    touched = {ref: i for i, step in enumerate(steps) for ref in step.makes | step.alters}
    for ref, i in touched.items():
        if text := _text(ref, desired):
            yield from ((maker, i) for maker in _named(text, makers) if maker != i)
    for ref in desired.catalog.facts if makers else ():
        if ref not in touched and (text := _text(ref, desired)) and any(name in text for name in makers):
            named = _named(text, makers)
            yield from ((maker, i) for i in _over(ref, touched, desired) for maker in named if maker != i)


def _text(ref: Ref, desired: Leaning) -> str:
    if (hides := RULES[ref.kind].hides) is None:
        return ""
    fact = desired.catalog.facts.get(ref)
    return hides(fact) if fact is not None else ""


def _named(text: str, makers: Mapping[str, list[tuple[Ref, int]]]) -> set[int]:
    from seachange.sql.parse import mentioned  # takes its time to load, and is seldom needed

    paths = mentioned(text)
    return {maker for path in paths for ref, maker in makers.get(path[-1], ()) if ref.names[-len(path) :] == path}


def _over(ref: Ref, touched: Mapping[Ref, int], desired: Leaning) -> Iterator[int]:
    """The steps that bring about what uses something that stays as it is, be it by others that stay."""
    queue, seen = [ref], {ref}
    while queue:
        used = queue.pop()
        for user in (*desired.leans(used), *desired.whole(used)):
            if user not in seen:
                seen.add(user)
                if user in touched:
                    yield touched[user]
                else:
                    queue.append(user)


def _makers(steps: Sequence[Step]) -> Mapping[str, list[tuple[Ref, int]]]:
    """The steps that make something that can be named, by its own name."""
    makers: defaultdict[str, list[tuple[Ref, int]]] = defaultdict(list)
    for i, step in enumerate(steps):
        for ref in step.makes:
            if RULES[ref.kind].space:
                makers[ref.names[-1]].append((ref, i))
    return makers
