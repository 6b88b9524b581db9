"""What a script did to a database, fact by fact and in order: many Worlds share one past, each knows its moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import ForeignTable, Index, Sequence, Statistics, Table, TableConstraint
from seachange.catalog.facts.routines import Function
from seachange.catalog.ref import Ref
from seachange.rules.rule import children

RELATIONS = ("table", "view", "materialized view", "foreign table", "index", "sequence", "composite type")
"""The kinds that share the names of a schema, in the order in which they are looked for."""
TEMPORARY = "pg_temp"
"""The schema of what only the script's own session sees."""


class Moment(NamedTuple):
    """From `time` on, a fact is so; None where it is gone.  `new`: the script itself made the object."""

    time: int
    fact: Fact | None
    new: bool


class Change(NamedTuple):
    """What a statement makes of one address: another fact, or none.  `new` is None where that stays as it is."""

    fact: Fact | None
    new: bool | None = None


class Ground:
    """A catalog, and what is looked up in it again and again."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._parts: dict[Path, tuple[Ref, ...]] = {}

    def parts(self, owner: Path, kinds: Iterable[str]) -> tuple[Ref, ...]:
        if owner not in self._parts:
            self._parts[owner] = tuple(ref for kind in kinds for ref in self.catalog.inside(owner, kind))
        return self._parts[owner]

    @cached_property
    def children(self) -> Mapping[Path, list[Path]]:
        return children(self.catalog)

    @cached_property
    def owned(self) -> Mapping[Path, list[Ref]]:
        """The sequences and statistics of each table."""
        found: dict[Path, list[Ref]] = {}
        for sequence in self.catalog.of(Sequence):
            if sequence.owned_by:
                found.setdefault(sequence.owned_by, []).append(sequence.ref)
        for statistics in self.catalog.of(Statistics):
            found.setdefault(statistics.table, []).append(statistics.ref)
        return found

    @cached_property
    def functions(self) -> Mapping[str, list[Ref]]:
        found: dict[str, list[Ref]] = {}
        for function in self.catalog.of(Function):
            found.setdefault(function.names[-1], []).append(function.ref)
        return found

    @cached_property
    def types(self) -> Mapping[str, Path]:
        """The types that came with extensions: of those only the addresses are known."""
        kinds = ("base type", "domain", "enum", "range", "composite type")
        return {ref.names[-1]: ref.names for ref in self.catalog.origin.members if ref.kind in kinds}

    @cached_property
    def referring(self) -> Mapping[Path, list[Ref]]:
        """The foreign keys to each table."""
        found: dict[Path, list[Ref]] = {}
        for constraint in self.catalog.of(TableConstraint):
            if constraint.references:
                found.setdefault(constraint.references, []).append(constraint.ref)
        return found


class Past:
    """Facts by address, each with the moments at which it changed; later ones are at the end.

    It only grows, so a World that looks at an earlier moment sees what it always saw.
    """

    def __init__(self, ground: Ground | None = None) -> None:
        self.ground = ground
        self.time = 0
        self.temporary = False
        self.names: set[Path] = set()
        self.relations: dict[Path, list[Ref]] = {}
        self.moments: dict[Ref, list[Moment]] = {}
        self.parts: dict[Path, dict[Ref, None]] = {}
        self.indexes: dict[Path, dict[Ref, None]] = {}
        self.children: dict[Path, dict[Path, None]] = {}
        self.referring: dict[Path, dict[Ref, None]] = {}
        self.functions: dict[str, dict[Ref, None]] = {}
        self.owned: dict[Path, dict[Ref, None]] = {}
        self.kinds: dict[str, dict[Ref, None]] = {}
        self.touched: dict[int, dict[Ref, None]] = {}

    def at(self, ref: Ref, time: int) -> Moment | None:
        """How an address stood; None where the script had not touched it."""
        moments = self.moments.get(ref)
        if moments is not None:
            for moment in reversed(moments):
                if moment.time <= time:
                    return moment
        return None

    def grown(self, changes: Mapping[Ref, Change], time: int) -> Past:
        """With what changed after `time`: itself, unless something else followed on that moment already."""
        past = self if 0 < time == self.time else self._until(time)
        past.time = time + 1
        for ref, change in changes.items():
            past._note(ref, change, time + 1)
        return past

    def _until(self, time: int) -> Past:
        past = Past(self.ground)
        if time:
            for ref, moments in self.moments.items():
                for moment in moments:
                    if moment.time <= time:
                        past._note(ref, Change(moment.fact, moment.new), moment.time)
        return past

    def _note_name(self, ref: Ref) -> None:
        self.names.add(ref.names)
        if ref.kind in RELATIONS:
            self.relations[ref.names] = sorted(
                (*self.relations.get(ref.names, ()), ref), key=lambda one: RELATIONS.index(one.kind)
            )

    def _note(self, ref: Ref, change: Change, time: int) -> None:
        moments = self.moments.setdefault(ref, [])
        new = change.new if change.new is not None else bool(moments and moments[-1].new)
        moments.append(Moment(time, change.fact, new))
        if len(moments) == 1:
            self._note_name(ref)
        self.touched.setdefault(time, {})[ref] = None
        self.temporary |= ref.names[0] == TEMPORARY
        self.parts.setdefault(ref.names[:-1], {})[ref] = None
        self.kinds.setdefault(ref.kind, {})[ref] = None
        match change.fact:
            case Index(table=table):
                self.indexes.setdefault(table, {})[ref] = None
            case Table(parents=parents, names=names) | ForeignTable(parents=parents, names=names):
                for parent in parents:
                    self.children.setdefault(parent, {})[names] = None
            case Sequence(owned_by=tuple(table)) | Statistics(table=table):
                self.owned.setdefault(table, {})[ref] = None
            case Function(names=names):
                self.functions.setdefault(names[-1], {})[ref] = None
            case TableConstraint(references=tuple(table)):
                self.referring.setdefault(table, {})[ref] = None
