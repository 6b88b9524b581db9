"""Who needs whom, beyond what pg_depend records: parts need their whole, and what is said needs what it is said of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.told import Told
from seachange.catalog.ref import Ref
from seachange.rules import PARTS, RULES, WHOLES

ALONG = frozenset({"auto", "internal", "partition", "auto extension"})
"""Dependencies by which PostgreSQL drops the user, unasked, along with what it uses."""


class Leaning:
    """The dependencies of one catalog, both ways."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def needs(self, ref: Ref) -> Iterator[Ref]:
        """What `ref` cannot exist without."""
        yield from self.catalog.uses(ref)
        yield from self.whole(ref)

    def leans(self, ref: Ref) -> Iterator[Ref]:
        """What cannot exist without `ref`."""
        yield from self.catalog.users(ref)
        yield from self._told.get(ref, ())
        if ref.kind in WHOLES:
            yield from self.parts(ref)

    def whole(self, ref: Ref) -> Iterator[Ref]:
        """What `ref` is a part of, or is said of."""
        fact = self.catalog.facts.get(ref)
        if isinstance(fact, Told):
            yield fact.target
        for kind in PARTS.get(ref.kind, ()):
            whole = Ref(kind, ref.names if kind in COLUMNS else ref.names[:-1])
            if whole in self.catalog.facts:
                yield whole

    def parts(self, ref: Ref) -> Iterator[Ref]:
        """What is in `ref`."""
        wanted = WHOLES[ref.kind]
        if ref.kind in COLUMNS:
            default = Ref("default value", ref.names)
            if default in self.catalog.facts:
                yield default
            return
        yield from (part for part in self._inside.get(ref.names, ()) if part.kind in wanted)

    def along(self, ref: Ref) -> Iterator[Ref]:
        """What takes `ref` along when it is dropped."""
        yield from self.whole(ref)
        yield from self._along.get(ref, ())

    def is_mutual(self, user: Ref, used: Ref) -> bool:
        """Whether `used` needs its user as well, and comes as a shell first."""
        return RULES[used.kind].shell and user in self.catalog.uses(used)

    @cached_property
    def _inside(self) -> Mapping[tuple[str, ...], list[Ref]]:
        inside: defaultdict[tuple[str, ...], list[Ref]] = defaultdict(list)
        for ref in self.catalog.facts:
            if ref.kind in PARTS:
                inside[ref.names[:-1]].append(ref)
        return inside

    @cached_property
    def _told(self) -> Mapping[Ref, list[Ref]]:
        told: defaultdict[Ref, list[Ref]] = defaultdict(list)
        for ref, fact in self.catalog.facts.items():
            if isinstance(fact, Told):
                told[fact.target].append(ref)
        return told

    @cached_property
    def _along(self) -> Mapping[Ref, list[Ref]]:
        along: defaultdict[Ref, list[Ref]] = defaultdict(list)
        for edge in self.catalog.edges:
            if edge.why in ALONG or self.is_mutual(edge.user, edge.used):
                along[edge.user].append(edge.used)
        return along


COLUMNS = frozenset({"table column", "foreign table column", "view column"})
