"""One judgement of a fact, for a state that has it and for the statement that brings it about.

A statement is judged by what is there when its script has come to its end: what a later statement puts right is no
fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from seachange.catalog.facts import Fact
from seachange.checks.around import Around, State
from seachange.checks.check import Remarks
from seachange.checks.whole import Whole
from seachange.sql.migration import Written

F = TypeVar("F", bound=Fact)
Judge = Callable[[F, Whole], Remarks]


def of_state(judge: Judge[F], kind: type[F]) -> Callable[[State], Remarks]:
    """Every fact of a kind, judged."""

    def look(state: State) -> Remarks:
        for fact in state.whole.of(kind):
            yield from judge(fact, state.whole)

    return look


def of_statement(judge: Judge[F], kind: type[F]) -> Callable[[Written, Around], Remarks]:
    """Every fact of a kind that a statement brings about or changes, judged."""

    def look(written: Written, around: Around) -> Remarks:
        del written
        for fact in brought(around, kind):
            yield from judge(fact, around.end)

    return look


def brought(around: Around, kind: type[F]) -> Iterator[F]:
    """The facts of a kind that a statement brings about or changes, as they are at the end of its script."""
    for fact in around.brought_of(kind):
        if isinstance(now := around.end.world.get(fact.ref), kind):
            yield now
