"""What a statement brings about, as facts: so a check of states looks at statements with the same eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from seachange.catalog.facts import Fact
from seachange.checks.around import Around, State
from seachange.checks.check import Remark, Remarks
from seachange.checks.world import World
from seachange.sql.migration import Written

F = TypeVar("F", bound=Fact)
Rule = Callable[[F, World], Iterator[Remark]]
"""What a check says of one fact, in the world that it is part of."""


def of_state(kind: type[F], rule: Rule[F]) -> Callable[[State], Remarks]:
    """A check of states that asks `rule` of every fact of a kind."""

    def look(state: State) -> Remarks:
        world = World(state.catalog)
        for fact in state.catalog.of(kind):
            yield from rule(fact, world)

    return look


def of_statement(kind: type[F], rule: Rule[F]) -> Callable[[Written, Around], Remarks]:
    """A check of statements that asks the same of each fact that the statement makes or changes."""

    def look(written: Written, around: Around) -> Remarks:
        for fact in around.brought_of(kind):
            if fact != around.world.get(fact.ref):
                yield from rule(fact, around.after)

    return look
