"""The database as a statement meets it: the catalog that was given, and what the script did before that statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import KINDS, Fact, Path
from seachange.catalog.facts.relations import (
    Column,
    ForeignTable,
    Index,
    Sequence,
    Statistics,
    Table,
    TableConstraint,
)
from seachange.catalog.facts.routines import Function
from seachange.catalog.ref import Ref
from seachange.checks.past import RELATIONS, TEMPORARY, Change, Ground, Past
from seachange.sql.nodes import RangeVar
from seachange.sql.quote import path as quoted

F = TypeVar("F", bound=Fact)

TYPES = ("enum", "domain", "composite type", "range", "base type", "table", "view", "materialized view")
PARTS = (
    "table column",
    "foreign table column",
    "view column",
    "materialized view column",
    "composite type column",
    "default value",
    "table constraint",
    "domain constraint",
    "trigger",
    "policy",
    "rule",
)
COLUMNS = tuple(part for part in PARTS if part.endswith(" column"))
PUBLIC = "public"
SYSTEM = ("pg_catalog", "information_schema")


class World(Struct, frozen=True, dict=True):
    """What is known of a database at one moment of a script.

    `catalog` is the state before the script; None where none was given: then only what the script itself made is known.
    `past` is what the script did, of which this world knows all until `time`.  `settings` are those that the script
    set, of which `local` are gone with the transaction.  `begun` is the world as it was when that began.  A World is
    never changed: `seachange.checks.following` gives the one after a statement.
    """

    catalog: Catalog | None = None
    search_path: tuple[str, ...] = (PUBLIC,)
    settings: Mapping[str, str] = {}
    local: frozenset[str] = frozenset()
    begun: World | None = None
    past: Past = msgspec.field(default_factory=Past)
    time: int = 0

    @property
    def known(self) -> bool:
        """Whether a catalog was given, so that what is not found is not there."""
        return self.catalog is not None

    def get(self, ref: Ref) -> Fact | None:
        """The object at an address, if it is there now."""
        moment = self.past.at(ref, self.time)
        if moment is not None:
            return moment.fact
        return self.catalog.get(ref) if self.catalog else None

    def relation(self, named: RangeVar) -> Fact | None:
        """What a name in a statement stands for: a table, view, index, sequence; None where nothing is known by it."""
        for path in self.paths(named):
            if (fact := self.at(path)) is not None:
                return fact
        return None

    def at(self, names: Path) -> Fact | None:
        """The relation at a path, whatever its kind."""
        made = self.past.relations.get(names, ())
        refs = made if self.catalog is None else [Ref(kind, names) for kind in RELATIONS]
        for ref in refs:
            if (fact := self.get(ref)) is not None:
                return fact
        return None

    def path(self, named: RangeVar) -> Path:
        """The path that a name stands for: where it is found, else where it would be made."""
        fact = self.relation(named)
        return fact.names if fact else self.place(named)

    def paths(self, named: RangeVar) -> tuple[Path, ...]:
        """The paths that a name may stand for, in the order of the search path."""
        if named.schemaname:
            return ((named.schemaname, named.relname),)
        return tuple((schema, named.relname) for schema in self._places)

    def place(self, named: RangeVar) -> Path:
        """The path of a relation of that name that is made now."""
        if named.relpersistence == "t":
            return (TEMPORARY, named.relname)
        return (named.schemaname or self.home, named.relname)

    @cached_property
    def home(self) -> str:
        """The schema in which something is made whose name has none."""
        there = (each for each in self.search_path if not self.known or self.get(Ref("schema", (each,))))
        return next(there, self.search_path[0] if self.search_path else PUBLIC)

    def is_new(self, names: Path) -> bool:
        """Whether the script itself made this relation, so that nobody else uses it and it has no rows of old."""
        moments = (self.past.at(ref, self.time) for ref in self.past.relations.get(names, ()))
        return names[:1] == (TEMPORARY,) or any(moment and moment.fact and moment.new for moment in moments)

    def columns(self, relation: Path) -> tuple[Column, ...]:
        """The columns of a relation as far as they are known, in their order."""
        found = (fact for fact in self.parts(relation) if isinstance(fact, Column))
        return tuple(sorted(found, key=lambda column: column.position))

    def column(self, relation: Path, name: str) -> Column | None:
        path = (*relation, name)
        if not self._may_be(path):
            return None
        found = (self.get(Ref(kind, path)) for kind in COLUMNS)
        return next((fact for fact in found if isinstance(fact, Column)), None)

    def constraints(self, relation: Path) -> tuple[TableConstraint, ...]:
        return tuple(fact for fact in self.parts(relation) if isinstance(fact, TableConstraint))

    def constraint(self, relation: Path, name: str) -> TableConstraint | None:
        fact = self.get(Ref("table constraint", (*relation, name)))
        return fact if isinstance(fact, TableConstraint) else None

    def indexes(self, relation: Path) -> tuple[Index, ...]:
        before = (index.ref for index in self.catalog.indexes_of(relation)) if self.catalog else ()
        found = (self.get(ref) for ref in dict.fromkeys((*before, *self.past.indexes.get(relation, ()))))
        return tuple(index for index in found if isinstance(index, Index) and index.table == relation)

    def parts(self, owner: Path) -> tuple[Fact, ...]:
        """What belongs to a relation or domain: its columns, constraints, defaults, triggers, policies."""
        before = self.ground.parts(owner, PARTS) if self.ground else ()
        refs = dict.fromkeys((*before, *self.past.parts.get(owner, ())))
        return tuple(fact for ref in refs if (fact := self.get(ref)))

    def children(self, table: Path) -> tuple[Path, ...]:
        """Its partitions and the tables that inherit from it, those directly below it."""
        before = self.ground.children.get(table, ()) if self.ground else ()
        found = dict.fromkeys((*before, *self.past.children.get(table, ())))
        return tuple(each for each in found if table in self.parents(each))

    def parents(self, table: Path) -> tuple[Path, ...]:
        fact = self.get(Ref("table", table)) or self.get(Ref("foreign table", table))
        return fact.parents if isinstance(fact, Table | ForeignTable) else ()

    def family(self, table: Path) -> tuple[Path, ...]:
        """A table and all that are below it, near and far."""
        found = {table: None}
        waiting = [table]
        while waiting:
            below = [each for each in self.children(waiting.pop()) if each not in found]
            found |= dict.fromkeys(below)
            waiting += below
        return tuple(found)

    def owned(self, table: Path) -> tuple[Sequence | Statistics, ...]:
        """The sequences that count for its columns, and the statistics on it."""
        before = self.ground.owned.get(table, ()) if self.ground else ()
        found = (self.get(ref) for ref in dict.fromkeys((*before, *self.past.owned.get(table, ()))))
        return tuple(each for each in found if isinstance(each, Sequence | Statistics) and owner(each) == table)

    def referring(self, table: Path) -> tuple[TableConstraint, ...]:
        """The foreign keys that refer to a table."""
        before = self.ground.referring.get(table, ()) if self.ground else ()
        found = (self.get(ref) for ref in dict.fromkeys((*before, *self.past.referring.get(table, ()))))
        return tuple(each for each in found if isinstance(each, TableConstraint) and each.references == table)

    def of(self, kind: type[F]) -> Iterator[F]:
        """Every fact of a kind that is there now, in no order."""
        names = {name for name, other in KINDS.items() if issubclass(other, kind)}
        before = self.catalog.of(kind) if self.catalog else iter(())
        old = (fact.ref for fact in before if self.past.at(fact.ref, self.time) is None)
        new = (ref for name in names for ref in tuple(self.past.kinds.get(name, ())))
        for ref in chain(old, new):
            fact = self.get(ref)
            if isinstance(fact, kind):
                yield fact

    def functions(self, name: str) -> tuple[Function, ...]:
        """The functions of that name, in whatever schema."""
        before = self.ground.functions.get(name, ()) if self.ground else ()
        found = (self.get(ref) for ref in dict.fromkeys((*before, *self.past.functions.get(name, ()))))
        return tuple(each for each in found if isinstance(each, Function))

    def type(self, names: Path) -> Fact | None:
        """The type that a name of one or two parts stands for, where people or the script made it."""
        named = [names] if len(names) > 1 else [(schema, *names) for schema in self._places]
        places = [place for place in named if self._may_be(place)]
        return next((fact for place in places for kind in TYPES if (fact := self.get(Ref(kind, place)))), None)

    def _may_be(self, names: Path) -> bool:
        """Whether something at this path may be known."""
        return self.catalog is not None or names in self.past.names

    @property
    def _places(self) -> tuple[str, ...]:
        """The schemas in which a name is looked for."""
        return (TEMPORARY, *self.search_path) if self.past.temporary else self.search_path or (PUBLIC,)

    def setting(self, name: str) -> str | None:
        """A setting as the script has it; None where it does not speak of it."""
        return self.settings.get(name.lower())

    def after(self, changes: Mapping[Ref, Change]) -> World:
        """The world with some facts changed."""
        if not changes:
            return self
        past = self._prepared.grown(changes, self.time)
        return replace(self, past=past, time=self.time + 1)

    def since(self, before: World) -> tuple[Fact, ...]:
        """The facts that came or changed after an earlier moment of the same past, as they are now."""
        return tuple(fact for ref in self.touched(before) if (fact := self.get(ref)))

    def touched(self, before: World) -> tuple[Ref, ...]:
        """The addresses of what came, changed or went since then."""
        times = range(before.time + 1, self.time + 1)
        return tuple(dict.fromkeys(ref for time in times for ref in self.past.touched.get(time, ())))

    @property
    def _prepared(self) -> Past:
        _ = self.ground
        return self.past

    @cached_property
    def ground(self) -> Ground | None:
        if self.past.ground is None and self.catalog is not None:
            self.past.ground = Ground(self.catalog)
        return self.past.ground


def owner(fact: Sequence | Statistics) -> Path | None:
    """The table that a sequence counts for, or that statistics are on."""
    return fact.owned_by if isinstance(fact, Sequence) else fact.table


def spelled(names: Path) -> str:
    """A path as a message has it."""
    return quoted(names[1:] if names[:1] == (PUBLIC,) else names)


def one(kind: str) -> str:
    """A kind of object with its article: an index, a table."""
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"
