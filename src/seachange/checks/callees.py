"""What the bodies of functions do: the queries and expressions in them, as the grammar sees these."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from google.protobuf.message import Message
from msgspec import Struct

from seachange.catalog.facts.routines import Routine
from seachange.checks.expressions import Call, Expression, Reading, described
from seachange.checks.whole import Whole
from seachange.sql import parse
from seachange.sql.quote import body as quoted
from seachange.sql.tree import NotParsed, queries, tree

MOST = 4096


class Part(Struct, frozen=True):
    """A query or expression of a body.  `caught`: a handler of exceptions stands around it."""

    said: Expression
    caught: bool = False


@lru_cache(maxsize=MOST)
def parts(routine: Routine) -> tuple[Part, ...]:
    """What a function is made of; nothing, where its language is neither SQL nor PL/pgSQL."""
    return tuple(Part(described(node), caught) for node, caught in _nodes(routine))


def _nodes(routine: Routine) -> Iterator[tuple[Message, bool]]:
    for text, caught in texts(routine):
        try:
            node = tree(text)
        except NotParsed:
            continue
        if node is not None:
            yield node, caught


def texts(routine: Routine) -> Iterator[tuple[str, bool]]:
    """The statements of a body, each with whether a handler of exceptions stands around it."""
    if routine.statements is not None:
        yield f"CREATE FUNCTION f() RETURNS void LANGUAGE sql {routine.statements}", False
    elif routine.body is not None and routine.language == "sql":
        yield from ((text, False) for text in _statements(routine.body))
    elif routine.body is not None and routine.language == "plpgsql":
        head = f"CREATE FUNCTION f({routine.arguments}) RETURNS {routine.returns or 'void'} LANGUAGE plpgsql AS "
        for text, caught in queries(f"{head}{quoted(routine.body)}"):
            yield _select(text), caught


def _statements(body: str) -> Iterator[str]:
    raw = body.encode()
    try:
        spans = parse.cut(raw).spans
    except parse.NotScanned:
        return
    yield from (raw[span.start : span.end].decode() for span in spans)


def _select(text: str) -> str:
    """An expression or an assignment as a statement; a statement as it is."""
    first = text.split(maxsplit=1)[0].lower() if text.split() else ""
    if first in STATEMENTS:
        return text
    assigned = text.partition(":=")
    return f"SELECT {assigned[2] or text}"


STATEMENTS = frozenset({"select", "with", "insert", "update", "delete", "merge", "table", "values", "call"})


def readings(said: Expression, whole: Whole) -> Iterator[tuple[Reading, Routine | None]]:
    """The settings that an expression reads, by itself and through the functions that it calls."""
    yield from ((reading, None) for reading in said.readings)
    for routine in called(said.calls, whole):
        for part in parts(routine):
            if not part.caught:
                yield from ((reading, routine) for reading in part.said.readings)


def called(calls: tuple[Call, ...], whole: Whole) -> tuple[Routine, ...]:
    """The functions that are called, and those that they call."""
    found: dict[Routine, None] = {}
    waiting = list(calls)
    while waiting:
        for routine in whole.routines(waiting.pop().names):
            if routine not in found:
                found[routine] = None
                waiting += [call for part in parts(routine) for call in part.said.calls]
    return tuple(found)
