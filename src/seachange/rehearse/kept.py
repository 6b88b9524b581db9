"""Which rows and values outlive a plan: what is there before and after, under whatever name, and what is given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, TableColumn
from seachange.catalog.ref import Ref
from seachange.plan import Plan
from seachange.step import Risk, Stage, Step

TABLE, COLUMN = "table", "table column"
TYPES = frozenset({"enum", "composite type", "domain", "range", "base type", "composite type column"})


class Pair(msgspec.Struct, frozen=True):
    """A column that stays: its name before and after, and the type it has then if that is another one."""

    before: str
    after: str
    type: str = ""


class Kept(msgspec.Struct, frozen=True):
    """A table that stays, with those of its columns that do.

    `soft` are columns (as they are called afterwards) whose values the plan says that it changes.  `only`: rows of the
    tables below it are theirs, and counted there.
    """

    before: Path
    after: Path
    columns: tuple[Pair, ...]
    soft: frozenset[str] = frozenset()
    only: bool = True

    @property
    def same(self) -> tuple[Pair, ...]:
        """Columns whose values must be what they were."""
        return tuple(pair for pair in self.columns if not pair.type and pair.after not in self.soft)

    @property
    def converted(self) -> tuple[Pair, ...]:
        """Columns whose values may be written in another way, or are changed on purpose."""
        return tuple(pair for pair in self.columns if pair.type or pair.after in self.soft)


class Loss(msgspec.Struct, frozen=True):
    """Something with values that is not there afterwards; `declared` where a step of the plan says so."""

    ref: Ref
    table: Path
    declared: bool


def kept(before: Catalog, after: Catalog, plan: Plan) -> tuple[Kept, ...]:
    """The tables of `before` that `after` has too, by name or as the plan renames them."""
    names = _Renames(plan)
    return tuple(_kept(before, after, plan, names))


def _kept(before: Catalog, after: Catalog, plan: Plan, names: _Renames) -> Iterator[Kept]:
    given_up, touched = declared_losses(plan), _touched_types(plan)
    moved = frozenset(ref for step in plan.steps if step.stage is Stage.DATA for ref in step.alters)
    gone = {
        table.names
        for table in before.of(Table)
        if Ref(TABLE, names.table(table.names)) not in after and table.ref not in given_up
    }
    for table in before.of(Table):
        there = names.table(table.names)
        if Ref(TABLE, there) not in after or (table.partition_key and not _loses_part(table.names, before, gone)):
            continue
        columns = tuple(_columns(table.names, there, before, after, names))
        soft = {
            pair.after
            for pair in columns
            if not given_up.isdisjoint(_called((table.names, there), (pair.before, pair.after)))
            or Ref(COLUMN, (*there, pair.after)) in moved
            or _type(before, (*table.names, pair.before)) in touched
        }
        yield Kept(table.names, there, columns, frozenset(soft), only=not table.partition_key)


def _loses_part(table: Path, before: Catalog, gone: set[Path]) -> bool:
    """Whether a partition goes that is not given up, so that its rows must be looked for in the whole."""
    return any(
        below.names in gone or _loses_part(below.names, before, gone)
        for below in before.of(Table)
        if table in below.parents
    )


def _columns(here: Path, there: Path, before: Catalog, after: Catalog, names: _Renames) -> Iterator[Pair]:
    for column in before.parts(here, TableColumn):
        new = names.column((*there, column.names[-1]))
        stays = after.get(Ref(COLUMN, (*there, new)))
        if isinstance(stays, TableColumn) and not column.generated and not stays.generated:
            other = (stays.type, stays.collation) != (column.type, column.collation) and stays.type != column.type
            yield Pair(column.names[-1], new, stays.type if other else "")


def losses(before: Catalog, after: Catalog, plan: Plan, stays: tuple[Kept, ...]) -> Iterator[Loss]:
    """Tables and columns that are gone afterwards."""
    names, declared = _Renames(plan), declared_losses(plan)
    for table in before.of(Table):
        there, ref = names.table(table.names), table.ref
        if ref_gone := Ref(TABLE, there) not in after:
            yield Loss(ref, table.names, ref in declared)
        for column in () if ref_gone else before.parts(table.names, TableColumn):
            new = Ref(COLUMN, (*there, names.column((*there, column.names[-1]))))
            if new not in after and not column.generated:
                called = _called((table.names, there), (column.names[-1], new.names[-1]))
                yield Loss(column.ref, table.names, not declared.isdisjoint(called))


def _called(tables: Iterable[Path], columns: Iterable[str]) -> frozenset[Ref]:
    """A table and a column of it by all their names: a step may come before a rename or after it."""
    columns = tuple(columns)
    found = {Ref(TABLE, table) for table in tables}
    return frozenset(found | {Ref(COLUMN, (*ref.names, column)) for ref in found for column in columns})


def declared_losses(plan: Plan) -> frozenset[Ref]:
    """All of which the plan says that it gives data up."""
    return frozenset(ref for step in plan.steps if Risk.LOSES_DATA in step.risks for ref in _about(step))


def _about(step: Step) -> Iterator[Ref]:
    yield from step.takes
    yield from step.alters
    if step.subject:
        yield step.subject


def _touched_types(plan: Plan) -> frozenset[str]:
    """Types that change below the columns that have them, as columns name them."""
    refs = (ref for step in plan.steps for ref in (*step.takes, *step.alters) if ref.kind in TYPES)
    return frozenset(".".join(ref.names[:2]) for ref in refs)


def _type(catalog: Catalog, column: Path) -> str:
    fact = catalog.get(Ref(COLUMN, column))
    return fact.type.removesuffix("[]") if isinstance(fact, TableColumn) else ""


class _Renames:
    """What a plan calls otherwise: a step that takes one table or column and makes another one of its kind."""

    def __init__(self, plan: Plan) -> None:
        self._tables: dict[Path, Path] = {}
        self._columns: dict[Path, str] = {}
        for step in plan.steps:
            if moved := _only(step, TABLE):
                old, new = moved
                self._tables[old] = new
            elif (moved := _only(step, COLUMN)) and moved[0][:-1] == moved[1][:-1]:
                old, new = moved
                self._columns[old] = new[-1]

    def table(self, names: Path) -> Path:
        """What a table is called in the end."""
        return _followed(self._tables, names)

    def column(self, names: Path) -> str:
        """What a column is called in the end; its table is already called so."""
        return self._columns.get(names, names[-1])


def _followed(moves: Mapping[Path, Path], names: Path) -> Path:
    seen = {names}
    while (there := moves.get(names)) and there not in seen:
        seen.add(names := there)
    return names


def _only(step: Step, kind: str) -> tuple[Path, Path] | None:
    taken = [ref.names for ref in step.takes if ref.kind == kind]
    made = [ref.names for ref in step.makes if ref.kind == kind]
    return (taken[0], made[0]) if len(taken) == len(made) == 1 and taken != made else None
