"""The facts of one database at one moment, and the edges between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from operator import attrgetter
from typing import TypeVar

import msgspec

from seachange.catalog.edge import Edge
from seachange.catalog.edges import Edges
from seachange.catalog.facts import KINDS, Fact, Path, kind_of
from seachange.catalog.facts.relations import Index
from seachange.catalog.facts.told import Told
from seachange.catalog.fingerprint import shown, total
from seachange.catalog.ref import Ref
from seachange.finding import Finding

F = TypeVar("F", bound=Fact)
PLACE = attrgetter("names", "args")
"""The order of addresses within a kind."""


class Origin(msgspec.Struct, frozen=True):
    """Where a catalog comes from, and how far it goes.

    `version` is the server's number.  `members` tells which objects came with which extension; they are named here and
    have no facts.  `silent` are the kinds of which the catalog says nothing, neither that there are some nor that there
    are none.  `made`: a script was run to have it, and what the script does not speak of it leaves as it is.
    `findings` is what reading brought to light.
    """

    version: int = 0
    members: Mapping[Ref, str] = {}
    silent: frozenset[str] = frozenset()
    made: bool = False
    findings: tuple[Finding, ...] = ()


NOWHERE = Origin()


class Catalog:
    """Facts by address, with their dependencies in both directions.

    `edges` may be a function: it is called once, when somebody first asks who needs whom.  `links` are the same with a
    way to ask for those of one object, and what to give to a catalog that has the same.
    """

    def __init__(
        self,
        facts: Mapping[Ref, Fact],
        edges: Edges | Iterable[Edge] | Callable[[], Iterable[Edge]] = (),
        origin: Origin = NOWHERE,
    ) -> None:
        self.facts = facts
        self.origin = origin
        self._parts: dict[str, Mapping[Path, list[Ref]]] = {}
        self.links = edges if isinstance(edges, Edges) else Edges(edges)

    def __contains__(self, ref: Ref) -> bool:
        return ref in self.facts

    def __len__(self) -> int:
        return len(self.facts)

    def get(self, ref: Ref) -> Fact | None:
        return self.facts.get(ref)

    def of(self, kind: type[F]) -> Iterator[F]:
        """Every fact of one kind, in the order of their addresses."""
        for name in _kinds(kind):
            yield from map(self.facts.__getitem__, sorted(self._refs.get(name, ()), key=PLACE))

    def parts(self, owner: Path, kind: type[F]) -> Iterator[F]:
        """The facts of one kind whose path begins with `owner`: a table's columns, its policies, its triggers."""
        for name in _kinds(kind):
            yield from map(self.facts.__getitem__, self.inside(owner, name))

    def inside(self, owner: Path, kind: str) -> Sequence[Ref]:
        """The addresses of the same."""
        if kind not in self._parts:
            parts: defaultdict[Path, list[Ref]] = defaultdict(list)
            for ref in self._refs.get(kind, ()):
                parts[ref.names[:-1]].append(ref)
            self._parts[kind] = parts
        return sorted(self._parts[kind].get(owner, ()), key=PLACE)

    def indexes_of(self, relation: Path) -> Iterator[Index]:
        """The indexes of a table or materialized view."""
        return iter(sorted(self._indexes.get(relation, ()), key=PLACE))

    def said_of(self, ref: Ref) -> Iterator[Told]:
        """What is said of an object: its owner, its comment, its grants."""
        return iter(self._said.get(ref, ()))

    def uses(self, ref: Ref) -> frozenset[Ref]:
        """What `ref` needs to exist."""
        return frozenset(edge.used for edge in self.links.of_user(ref))

    def users(self, ref: Ref) -> frozenset[Ref]:
        """What cannot exist without `ref`."""
        return frozenset(edge.user for edge in self.links.of_used(ref))

    @property
    def edges(self) -> frozenset[Edge]:
        return self.links.all

    @property
    def fingerprint(self) -> str:
        """The same for two catalogs that hold the same facts, on whatever server and in whatever order."""
        return shown(self.total)

    @cached_property
    def total(self) -> int:
        """The number behind the fingerprint.  Who knows a catalog with almost the same facts may set it."""
        return total(self.facts.values())

    @cached_property
    def _refs(self) -> Mapping[str, list[Ref]]:
        refs: defaultdict[str, list[Ref]] = defaultdict(list)
        for ref in self.facts:
            refs[ref.kind].append(ref)
        return refs

    @cached_property
    def _said(self) -> Mapping[Ref, list[Told]]:
        said: defaultdict[Ref, list[Told]] = defaultdict(list)
        for kind in KINDS.values():
            for ref in self._refs.get(kind_of(kind), ()) if kind.told else ():
                fact = self.facts[ref]
                if isinstance(fact, Told):
                    said[fact.target].append(fact)
        return said

    @cached_property
    def _indexes(self) -> Mapping[Path, list[Index]]:
        indexes: defaultdict[Path, list[Index]] = defaultdict(list)
        for ref in self._refs.get("index", ()):
            index = self.facts[ref]
            if isinstance(index, Index):
                indexes[index.table].append(index)
        return indexes


@cache
def _kinds(kind: type[Fact]) -> tuple[str, ...]:
    """The names of a kind, or of those that it is the base of, in order."""
    return tuple(sorted(name for name, other in KINDS.items() if issubclass(other, kind)))


def compared(fact: Fact) -> tuple[object, ...]:
    """All that makes a difference in a fact, its kind first."""
    fields = (getattr(fact, field) for field in fact.__struct_fields__ if field not in fact.aside)
    return (kind_of(type(fact)), *fields)
