"""What stands in the way when something goes or changes: the objects that need it, as PostgreSQL recorded them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seachange.catalog.ref import Ref
from seachange.checks.past import RELATIONS
from seachange.checks.world import World
from seachange.sql.quote import path

ALONG = frozenset({"auto", "internal", "partition", "extension"})
"""Dependencies of what goes along with what it belongs to."""


def users(ref: Ref, world: World) -> Iterator[Ref]:
    """What needs `ref` and is still there."""
    if world.catalog is not None:
        yield from (edge.user for edge in world.catalog.links.of_used(ref) if _is_there(edge.user, world))


def in_the_way(refs: Iterable[Ref], world: World) -> tuple[Ref, ...]:
    """What needs one of `refs`, or what goes along with it, and would not go along itself."""
    if world.catalog is None:
        return ()
    going: set[Ref] = set()
    needing: set[Ref] = set()
    waiting = [ref for each in refs for ref in (each, *_parts(each, world))]
    while waiting:
        ref = waiting.pop()
        if ref in going:
            continue
        going.add(ref)
        for edge in world.catalog.links.of_used(ref):
            if edge.user in going or not _is_there(edge.user, world):
                continue
            if edge.why in ALONG:
                waiting += [edge.user, *_parts(edge.user, world)]
            else:
                needing.add(edge.user)
    return tuple(sorted(needing - going))


def _is_there(ref: Ref, world: World) -> bool:
    return world.get(ref) is not None


def _parts(ref: Ref, world: World) -> Iterator[Ref]:
    if ref.kind in RELATIONS:
        yield from (part.ref for part in world.parts(ref.names))
        yield from (index.ref for index in world.indexes(ref.names))


def shown(ref: Ref) -> str:
    """An object in a message, as `view shop.open_orders` or `default value of shop.orders.total`."""
    names = path(ref.names[1:] if ref.names[:1] == ("public",) else ref.names)
    if ref.kind == "default value":
        return f"the default or expression of {names}"
    arguments = f"({', '.join(ref.args)})" if ref.kind in ("function", "procedure", "aggregate") else ""
    return f"{ref.kind} {names}{arguments}"
