"""What views read: relations, and through which other views."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import MaterializedView, Table, View
from seachange.checks.expressions import described
from seachange.checks.whole import Whole
from seachange.sql.tree import NotParsed, tree

YES = frozenset({"true", "on", "yes", "1", "t", "y"})


def asks_as_invoker(view: View | MaterializedView) -> bool:
    """Whether a view reads with the rights of who asks it."""
    options = (option.partition("=") for option in view.options)
    return any(name == "security_invoker" and (not value or value.lower() in YES) for name, _, value in options)


@lru_cache(maxsize=8192)
def _named(definition: str) -> frozenset[Path]:
    try:
        node = tree(definition)
    except NotParsed:
        return frozenset()
    return described(node).relations if node is not None else frozenset()


def read_by(view: View | MaterializedView, whole: Whole) -> list[Path]:
    """The relations that the query of a view names."""
    return sorted(whole.relation(names) for names in _named(view.definition))


def tables(view: View | MaterializedView, whole: Whole, *, all_views: bool) -> Iterator[tuple[Table, Path]]:
    """The tables that a view reads, each with the view that names it.

    Through other views only as far as these ask with the rights of the view that reads them; through `all_views`, if so
    wished.
    """
    seen: set[Path] = set()
    waiting: list[View | MaterializedView] = [view]
    while waiting:
        one = waiting.pop()
        for names in read_by(one, whole):
            inner = whole.view(names)
            if table := whole.table(names):
                yield table, one.names
            elif inner and names not in seen and (all_views or asks_as_invoker(inner)):
                seen.add(names)
                waiting.append(inner)


def unknown(view: View | MaterializedView, whole: Whole) -> list[Path]:
    """What a view reads and nobody knows, as no catalog was given."""
    return [] if whole.known else [names for names in read_by(view, whole) if whole.world.at(names) is None]
