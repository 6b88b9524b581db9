"""One type per kind of object.  A field here is a column of the query of the same name."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import cluster, outside, relations, routines, told, types
from seachange.catalog.facts.fact import Fact, Path, kind_of

__all__ = ["KINDS", "Fact", "Path", "kind_of"]


def _kinds(base: type[Fact]) -> Iterator[type[Fact]]:
    for kind in base.__subclasses__():
        if kind.__struct_config__.tag != kind.__name__:
            yield kind
        yield from _kinds(kind)


KINDS: dict[str, type[Fact]] = {kind_of(kind): kind for kind in _kinds(Fact)}
"""Every kind by its name."""

del cluster, outside, relations, routines, told, types
