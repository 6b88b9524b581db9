"""The facts of one database at one moment, and the edges between them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

import msgspec

from seachange.catalog.edge import Edge
from seachange.catalog.facts import Fact, Path, kind_of
from seachange.catalog.facts.relations import Index
from seachange.catalog.facts.told import Told
from seachange.catalog.ref import Ref
from seachange.finding import Finding

F = TypeVar("F", bound=Fact)


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

    `edges` may be a function: it is called once, when somebody first asks who needs whom.
    """

    def __init__(
        self,
        facts: Mapping[Ref, Fact],
        edges: Iterable[Edge] | Callable[[], Iterable[Edge]] = (),
        origin: Origin = NOWHERE,
    ) -> None:
        self.facts = facts
        self.origin = origin
        self._edges = edges

    def __contains__(self, ref: Ref) -> bool:
        return ref in self.facts

    def __len__(self) -> int:
        return len(self.facts)

    def get(self, ref: Ref) -> Fact | None:
        return self.facts.get(ref)

    def of(self, kind: type[F]) -> Iterator[F]:
        """Every fact of one kind, in the order of their addresses."""
        return (fact for _, fact in sorted(self.facts.items()) if isinstance(fact, kind))

    def parts(self, owner: Path, kind: type[F]) -> Iterator[F]:
        """The facts of one kind whose path begins with `owner`: a table's columns, its policies, its triggers."""
        parts = (fact for fact in self._parts.get(owner, ()) if isinstance(fact, kind))
        return iter(sorted(parts, key=lambda fact: fact.ref))

    def indexes_of(self, relation: Path) -> Iterator[Index]:
        """The indexes of a table or materialized view."""
        return iter(self._indexes.get(relation, ()))

    def said_of(self, ref: Ref) -> Iterator[Told]:
        """What is said of an object: its owner, its comment, its grants."""
        return iter(self._said.get(ref, ()))

    def uses(self, ref: Ref) -> frozenset[Ref]:
        """What `ref` needs to exist."""
        return frozenset(self._uses.get(ref, ()))

    def users(self, ref: Ref) -> frozenset[Ref]:
        """What cannot exist without `ref`."""
        return frozenset(self._users.get(ref, ()))

    @cached_property
    def edges(self) -> frozenset[Edge]:
        return frozenset(self._edges() if callable(self._edges) else self._edges)

    @cached_property
    def fingerprint(self) -> str:
        """The same for two catalogs that hold the same facts, on whatever server and in whatever order."""
        digest = hashlib.blake2b(digest_size=16)
        encode = msgspec.msgpack.Encoder().encode
        for _, fact in sorted(self.facts.items()):
            digest.update(encode(compared(fact)))
        return digest.hexdigest()

    @cached_property
    def _parts(self) -> Mapping[Path, list[Fact]]:
        parts: defaultdict[Path, list[Fact]] = defaultdict(list)
        for ref, fact in self.facts.items():
            parts[ref.names[:-1]].append(fact)
        return parts

    @cached_property
    def _said(self) -> Mapping[Ref, list[Told]]:
        said: defaultdict[Ref, list[Told]] = defaultdict(list)
        for fact in self.facts.values():
            if isinstance(fact, Told):
                said[fact.target].append(fact)
        return said

    @cached_property
    def _indexes(self) -> Mapping[Path, list[Index]]:
        indexes: defaultdict[Path, list[Index]] = defaultdict(list)
        for index in self.of(Index):
            indexes[index.table].append(index)
        return indexes

    @cached_property
    def _uses(self) -> Mapping[Ref, set[Ref]]:
        uses: defaultdict[Ref, set[Ref]] = defaultdict(set)
        for edge in self.edges:
            uses[edge.user].add(edge.used)
        return uses

    @cached_property
    def _users(self) -> Mapping[Ref, set[Ref]]:
        users: defaultdict[Ref, set[Ref]] = defaultdict(set)
        for edge in self.edges:
            users[edge.used].add(edge.user)
        return users


def compared(fact: Fact) -> tuple[object, ...]:
    """All that makes a difference in a fact, its kind first."""
    fields = (getattr(fact, field) for field in fact.__struct_fields__ if field not in fact.aside)
    return (kind_of(type(fact)), *fields)
