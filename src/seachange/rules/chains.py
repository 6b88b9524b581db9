"""Steps that are kept in order, or in one transaction, where nothing in either state says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from seachange.catalog.ref import Ref
from seachange.rules.rule import Context, Steps
from seachange.step import Step


def mark(ref: Ref, said: str) -> Ref:
    """An address that nothing has: steps that name it are ordered among themselves."""
    return Ref(ref.kind, (*ref.names[:-1], f"{ref.names[-1]} ({said})"))


def is_spread(ref: Ref, said: str, around: Context) -> bool:
    """Whether what `ref` goes through, and what is marked on the way, may take several transactions."""
    return around.apart(ref.names[:-1], ref) and mark(ref, said) not in around.plainly


def marked(ref: Ref, said: str, steps: Iterable[Step]) -> Steps:
    """All of them name the mark, by which the planner tells that one of them got into a larger transaction."""
    for step in steps:
        yield msgspec.structs.replace(step, alters=step.alters | {mark(ref, said)})


def chained(ref: Ref, said: str, steps: Iterable[Step]) -> Steps:
    """Each after the one before it, also where `ref` is created."""
    before: frozenset[Ref] = frozenset()
    for number, step in enumerate(steps):
        here = frozenset({mark(ref, f"{said} {number}")})
        yield msgspec.structs.replace(step, alters=step.alters | here, follows=step.follows | before)
        before = here


def together(ref: Ref, said: str, steps: Iterable[Step]) -> Iterator[Step]:
    """In one transaction: the mark that the first makes is gone with the last."""
    first, *between, last = steps
    here = frozenset({mark(ref, said)})
    yield msgspec.structs.replace(first, makes=first.makes | here)
    yield from between
    yield msgspec.structs.replace(last, takes=last.takes | here)
