"""Counting what an item holds, for the line that stands in for all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from seachange.report import MARKS, Item, local, members, plural


def whole(item: Item) -> bool:
    """Whether a line can stand for the item and all in it: made or dropped as one, and nothing within holds parts."""
    return item.verb in ("create", "drop") and all(
        part.verb == item.verb and not any(inner.name for inner in part.parts) for part in item.parts
    )


def contents(item: Item) -> str:
    """What an item made as one consists of: 12 columns, 3 constraints."""
    named = Counter(local(part.kind, item.kind) for part in item.parts if part.name)
    return ", ".join(f"{count:,} {kind if count == 1 else plural(kind)}" for kind, count in named.items())


def moves(item: Item) -> str:
    """What differs within an item, counted: +3 columns, -1 index, ~2 constraints."""
    return ", ".join(_moves(item))


def _moves(item: Item) -> Iterator[str]:
    found = Counter((part.verb, local(part.kind, item.kind)) for part in members(item.parts) if part.verb)
    for (verb, kind), count in found.items():
        yield f"{MARKS[verb]}{count:,} {kind if count == 1 else plural(kind)}"


def differing(items: Iterable[Item]) -> int:
    """How many of the items, and of all within them, differ."""
    return sum(1 for item in members(tuple(items)) if item.verb)
