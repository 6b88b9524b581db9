"""The database as a statement meets it: the catalog that was given, and what the script did before that statement."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Column, Index, TableConstraint
from seachange.catalog.ref import Ref
from seachange.sql.nodes import RangeVar
from seachange.sql.quote import path as quoted

RELATIONS = ("table", "view", "materialized view", "foreign table", "index", "sequence", "composite type")
PUBLIC = "public"


class World(Struct, frozen=True):
    """What is known of a database at one moment of a script.

    `catalog` is the state before the script; None where none was given: then only what the script itself made is known.
    `made` are the facts that the script brought about or changed, `gone` what it did away with.  A World is never
    changed: `seachange.checks.following` gives the one after a statement.
    """

    catalog: Catalog | None = None
    search_path: tuple[str, ...] = (PUBLIC,)
    made: dict[Ref, Fact] = {}
    gone: frozenset[Ref] = frozenset()

    @property
    def known(self) -> bool:
        """Whether a catalog was given, so that what is not found is not there."""
        return self.catalog is not None

    def get(self, ref: Ref) -> Fact | None:
        """The object at an address, if it is there now."""
        if ref in self.gone:
            return None
        return self.made.get(ref) or (self.catalog.get(ref) if self.catalog else None)

    def relation(self, named: RangeVar) -> Fact | None:
        """What a name in a statement stands for: a table, view, index, sequence; None where nothing is known by it."""
        return next((fact for each in self.paths(named) if (fact := self.at(each))), None)

    def at(self, names: Path) -> Fact | None:
        """The relation at a path, whatever its kind."""
        return next((fact for kind in RELATIONS if (fact := self.get(Ref(kind, names)))), None)

    def path(self, named: RangeVar) -> Path:
        """The path that a name stands for: where it is found, else where it would be made."""
        fact = self.relation(named)
        return fact.names if fact else self.paths(named)[0]

    def paths(self, named: RangeVar) -> tuple[Path, ...]:
        """The paths that a name may stand for, in the order of the search path."""
        if named.schemaname:
            return ((named.schemaname, named.relname),)
        return tuple((schema, named.relname) for schema in self.search_path)

    def is_new(self, names: Path) -> bool:
        """Whether the script itself made this relation, so that nobody else uses it and it has no rows of old."""
        return any(Ref(kind, names) in self.made and not self._was(kind, names) for kind in RELATIONS)

    def _was(self, kind: str, names: Path) -> bool:
        return self.catalog is not None and Ref(kind, names) in self.catalog

    def columns(self, relation: Path) -> tuple[Column, ...]:
        """The columns of a relation as far as they are known, in their order."""
        found = (fact for fact in self.parts(relation) if isinstance(fact, Column))
        return tuple(sorted(found, key=lambda column: column.position))

    def column(self, relation: Path, name: str) -> Column | None:
        return next((column for column in self.columns(relation) if column.names[-1] == name), None)

    def constraints(self, relation: Path) -> tuple[TableConstraint, ...]:
        return tuple(fact for fact in self.parts(relation) if isinstance(fact, TableConstraint))

    def indexes(self, relation: Path) -> tuple[Index, ...]:
        """The indexes of a table or materialized view."""
        before = self.catalog.indexes_of(relation) if self.catalog else ()
        old = {one.ref: one for one in before}
        new = {ref: one for ref, one in self.made.items() if isinstance(one, Index) and one.table == relation}
        return tuple(one for ref, one in (old | new).items() if ref not in self.gone)

    def parts(self, owner: Path) -> Iterable[Fact]:
        """What belongs to a relation: its columns, constraints, defaults, triggers, policies."""
        before = self._before(owner)
        new = {ref: fact for ref, fact in self.made.items() if ref.names[:-1] == owner}
        return tuple(fact for ref, fact in (before | new).items() if ref not in self.gone)

    def _before(self, owner: Path) -> dict[Ref, Fact]:
        if self.catalog is None:
            return {}
        refs = (ref for kind in PARTS for ref in self.catalog.inside(owner, kind))
        return {ref: fact for ref in refs if (fact := self.catalog.get(ref))}


PARTS = (
    "table column",
    "foreign table column",
    "view column",
    "materialized view column",
    "composite type column",
    "default value",
    "table constraint",
    "trigger",
    "policy",
    "rule",
)


def spelled(names: Path) -> str:
    """A path as a message has it."""
    return quoted(names[1:] if names[:1] == (PUBLIC,) else names)
