"""Who needs whom, beyond what pg_depend records: parts need their whole, and what is said needs what it is said of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.told import Told
from seachange.catalog.ref import Ref
from seachange.rules.table import PARTS, RULES, WHOLES

ALONG = frozenset({"auto", "internal", "partition", "auto extension"})
"""Dependencies by which PostgreSQL drops the user, unasked, along with what it uses."""


class Leaning:
    """The dependencies of one catalog, both ways."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def needs(self, ref: Ref) -> Iterator[Ref]:
        """What `ref` cannot exist without."""
        yield from self.uses(ref)
        yield from self.whole(ref)

    def uses(self, ref: Ref) -> Iterator[Ref]:
        """What PostgreSQL records that `ref` needs; where that came with an extension, the extension too."""
        members = self.catalog.origin.members
        uses = self.catalog.uses(ref)
        yield from uses
        for used in (*uses, *self.whole(ref)) if members else ():
            if extension := members.get(used) or members.get(_whole(used)):
                yield Ref("extension", (extension,))

    def leans(self, ref: Ref) -> Iterator[Ref]:
        """What cannot exist without `ref`."""
        yield from self.catalog.users(ref)
        yield from (told.ref for told in self.catalog.said_of(ref))
        if ref.kind in WHOLES:
            yield from self.parts(ref)
        for member in self._brought.get(ref, ()) if ref.kind == "extension" else ():
            yield from (user for user in self.catalog.users(member) if user in self.catalog)
            yield from (told.ref for told in self.catalog.said_of(member))

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
        for kind in wanted:
            yield from self.catalog.inside(ref.names, kind)

    def along(self, ref: Ref) -> Iterator[Ref]:
        """What takes `ref` along when it is dropped."""
        yield from self.whole(ref)
        for edge in self.catalog.links.of_user(ref):
            if edge.why in ALONG or self.is_mutual(ref, edge.used):
                yield edge.used

    def is_mutual(self, user: Ref, used: Ref) -> bool:
        """Whether `used` needs its user as well, and comes as a shell first."""
        return RULES[used.kind].shell and user in self.catalog.uses(used)

    @cached_property
    def _brought(self) -> Mapping[Ref, list[Ref]]:
        """What came with each extension, and the columns of it that somebody uses."""
        brought: defaultdict[Ref, list[Ref]] = defaultdict(list)
        members = self.catalog.origin.members
        if members:
            used = {edge.used for edge in self.catalog.edges if edge.used.kind in COLUMNS}
            for member in (*members, *(column for column in used if _whole(column) in members)):
                brought[Ref("extension", (members.get(member) or members[_whole(member)],))].append(member)
        return brought


def _whole(ref: Ref) -> Ref:
    """The relation of a column; anything else itself."""
    return Ref(ref.kind.removesuffix(" column"), ref.names[:-1]) if ref.kind.endswith(" column") else ref


COLUMNS = frozenset({"table column", "foreign table column", "view column"})
