"""A state as a whole: the one that was given, or the one that a script leads to.

Whoever judges a fact asks this for all that stands around it, and need not know which of both it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from msgspec import Struct

from seachange.catalog.facts import Fact, Path, kind_of
from seachange.catalog.facts.cluster import Role
from seachange.catalog.facts.relations import Column, Index, MaterializedView, Policy, Table, TableColumn, View
from seachange.catalog.facts.routines import Function, Routine
from seachange.catalog.facts.told import Grant, Owner, Revoke, Told
from seachange.catalog.ref import Ref
from seachange.checks.world import World
from seachange.rules.rule import Size

F = TypeVar("F", bound=Fact)
NEWEST = 180000
TABLE, VIEW, MATERIALIZED, COLUMN = (kind_of(kind) for kind in (Table, View, MaterializedView, TableColumn))


class Whole(Struct, frozen=True, eq=False, dict=True):
    """All that is there, with what is known of the server and of sizes.  Equal to itself only."""

    world: World
    version: int = NEWEST
    sizes: Mapping[Path, Size] = {}

    @property
    def known(self) -> bool:
        """Whether what is not found here is not there."""
        return self.world.known

    @property
    def knows_roles(self) -> bool:
        catalog = self.world.catalog
        return catalog is not None and kind_of(Role) not in catalog.origin.silent

    def of(self, kind: type[F]) -> Iterator[F]:
        """All facts of a kind."""
        catalog = self.world.catalog
        return self.world.of(kind) if self.world.time or catalog is None else catalog.of(kind)

    def parts(self, owner: Path, kind: type[F]) -> Iterator[F]:
        """The facts of a kind that belong to a relation: its columns, its policies."""
        catalog = self.world.catalog
        if catalog is not None and not self.world.time:
            return catalog.parts(owner, kind)
        return (fact for fact in self.world.parts(owner) if isinstance(fact, kind))

    def table(self, names: Path) -> Table | None:
        fact = self.world.get(Ref(TABLE, names))
        return fact if isinstance(fact, Table) else None

    def view(self, names: Path) -> View | MaterializedView | None:
        fact = self.world.get(Ref(VIEW, names)) or self.world.get(Ref(MATERIALIZED, names))
        return fact if isinstance(fact, View | MaterializedView) else None

    def relation(self, names: Path) -> Path:
        """The path of the relation that an expression names, where it is known; else as it would be made."""
        if len(names) > 1:
            return names
        paths = [(schema, *names) for schema in self.world.search_path]
        return next((path for path in paths if self.world.at(path)), paths[0])

    def column(self, relation: Path, name: str) -> Column | None:
        found = self.world.get(Ref(COLUMN, (*relation, name)))
        if isinstance(found, Column):
            return found
        return next((one for one in self.columns(relation) if one.names[-1] == name), None)

    def columns(self, relation: Path) -> tuple[Column, ...]:
        """The columns of a relation, in their order."""
        return tuple(sorted(self.parts(relation, Column), key=lambda column: column.position))

    def indexes(self, relation: Path) -> tuple[Index, ...]:
        """The indexes of a relation that can be used."""
        catalog = self.world.catalog
        state = catalog is not None and not self.world.time
        indexes = catalog.indexes_of(relation) if catalog and state else self.world.indexes(relation)
        return tuple(index for index in indexes if index.valid)

    @cached_property
    def policies(self) -> Mapping[Path, tuple[Policy, ...]]:
        """The policies of each table that has some."""
        found: defaultdict[Path, list[Policy]] = defaultdict(list)
        for policy in self.of(Policy):
            found[policy.names[:-1]].append(policy)
        return {table: tuple(policies) for table, policies in found.items()}

    def routines(self, names: Path) -> tuple[Routine, ...]:
        """The functions of a name, whatever their arguments; a name alone is looked for along the search path."""
        if len(names) > 1:
            return self._routines.get(names[-2:], ())
        paths = ((schema, names[0]) for schema in self.world.search_path)
        return next((found for path in paths if (found := self._routines.get(path))), ())

    @cached_property
    def _routines(self) -> Mapping[Path, tuple[Routine, ...]]:
        found: defaultdict[Path, list[Routine]] = defaultdict(list)
        for routine in self.of(Function):
            found[routine.names].append(routine)
        return {names: tuple(routines) for names, routines in found.items()}

    def owner(self, ref: Ref) -> str | None:
        return next((said.role for said in self.said_of(ref) if isinstance(said, Owner)), None)

    def grants(self, ref: Ref) -> Iterator[tuple[str, str]]:
        """Who may do what, beside the owner and what everybody may from the object's birth: grantee and privilege."""
        for said in self.said_of(ref):
            if isinstance(said, Grant):
                grantee, privilege = said.args[len(said.target.args) + 1 :][:2]
                yield grantee, privilege

    def is_revoked(self, ref: Ref, grantee: str, privilege: str) -> bool:
        """Whether a privilege from the object's birth was taken away."""
        wanted = (grantee, privilege)
        return any(isinstance(said, Revoke) and said.args[-2:] == wanted for said in self.said_of(ref))

    def said_of(self, ref: Ref) -> Iterator[Told]:
        before = self.world.catalog.said_of(ref) if self.world.catalog is not None else ()
        refs = dict.fromkeys((*(told.ref for told in before), *self._said.get(ref, ())))
        return (told for one in refs if isinstance(told := self.world.get(one), Told))

    def role(self, name: str) -> Role | None:
        fact = self.world.get(Ref(kind_of(Role), (name,)))
        return fact if isinstance(fact, Role) else None

    @cached_property
    def _said(self) -> Mapping[Ref, list[Ref]]:
        """What the script said of objects."""
        found: defaultdict[Ref, list[Ref]] = defaultdict(list)
        for ref, moments in self.world.past.moments.items():
            for fact in (moment.fact for moment in moments):
                if isinstance(fact, Told) and ref not in found[fact.target]:
                    found[fact.target].append(ref)
        return found
