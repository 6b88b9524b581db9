"""What the names in a body stand for: variables of it, columns of what its queries read, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from msgspec import Struct

from seachange.checks.scopes import QUERIES, Placed, Scope, placed
from seachange.checks.world import World
from seachange.sql import parse
from seachange.sql.bodies import Body
from seachange.sql.inner import Inner
from seachange.sql.nodes import ColumnRef

_ALWAYS = frozenset({"found", "sqlstate", "sqlerrm", "new", "old", "excluded"})
SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"})


class Named(Struct, frozen=True):
    """A name in a query of a body, with the scope that it stands in and the part of the body that it is in."""

    ref: Any
    names: tuple[str, ...]
    scope: Scope
    clause: str
    inner: Inner


def declared(body: Body) -> frozenset[str]:
    """Every name that the body itself gives a meaning."""
    told = (one.name for one in (*body.parameters, *body.variables))
    return _ALWAYS.union(told, _loops(body)) if body.language == "plpgsql" else frozenset(told)


def _loops(body: Body) -> Iterator[str]:
    """The variables of FOR … IN, and labels."""
    try:
        words = parse.words(body.text)
    except parse.NotScanned:
        return
    for before, word in pairwise(words):
        if before.upper() in ("FOR", "<<"):
            yield word.strip('"').lower()


def queries(body: Body) -> Iterator[Inner]:
    """The statements and expressions of a body that are queries, without those that are put together at run time."""
    yield from (each for each in body.inner if isinstance(each.node, QUERIES) and not each.dynamic)


def named(body: Body, world: World) -> Iterator[Named]:
    """Every name of a column or variable in the queries of a body."""
    for inner in queries(body):
        for one in placed(inner.node, world):
            yield from _named(one, inner)


def _named(one: Placed, inner: Inner) -> Iterator[Named]:
    for node in one.parts:
        if isinstance(node, ColumnRef):
            names = tuple(part.string.sval for part in node.fields if part.HasField("string"))
            if len(names) == len(node.fields):
                yield Named(node, names, one.scope, one.clause, inner)


def levels(scope: Scope) -> Iterator[Scope]:
    """A scope and those around it."""
    yield scope
    if scope.outer:
        yield from levels(scope.outer)


def tables_with(name: str, scope: Scope) -> list[str]:
    """What the queries around a name read that has a column of this name, by the names that they have there."""
    return [one.name for each in levels(scope) for one in each.sources if one.outputs and name in one.outputs]


def is_whole(scope: Scope) -> bool:
    """Whether all columns of all that is read are known."""
    return all(one.outputs is not None for each in levels(scope) for one in each.sources)
