"""A table that is there already: it gets what it lacks of what the script wants."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec.structs import replace

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Column, DefaultValue, Index, Sequence, Table, TableColumn, TableConstraint
from seachange.catalog.facts.told import Comment, Told
from seachange.errors import NotPlanned
from seachange.repairs.aside import relation_made
from seachange.repairs.case import Case
from seachange.repairs.lacking import parts
from seachange.repairs.named import there
from seachange.repairs.refusal import SKIPPED, Refusal
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.repairs.towards import statements, with_facts
from seachange.repairs.widening import holds
from seachange.sql.guards import with_if_not_exists
from seachange.sql.nodes import CreateStmt
from seachange.sql.quote import name, path

NAMED_OTHERWISE = (TableConstraint, Index)
"""What may be the same under another name."""


def mend(refusal: Refusal, case: Case) -> Iterator[Question | Refusal]:
    """CREATE TABLE meets a table of that name."""
    node = case.node
    if refusal.code not in SKIPPED or not isinstance(node, CreateStmt):
        return
    table = there(case, node.relation, ("table",))
    if not isinstance(table, Table):
        return
    wanted = relation_made(case, "table", table.names)
    if isinstance(wanted, Refusal):
        yield wanted  # it has another fault as well, which shows when the name is free
        return
    merge = _Merge(case.catalog, wanted, table.names)
    if repair := merge.repair(case, skipped=bool(node.if_not_exists)):
        label = ".".join(table.names)
        yield Question(
            f"table-there {label}", f"The table {label} is there already.", (repair,), open=bool(repair.follows)
        )


class _Merge:
    """What the table that is there lacks, and where it differs."""

    def __init__(self, current: Catalog, wanted: Catalog, table: Path) -> None:
        self._current, self._wanted, self._table = current, wanted, table

    def repair(self, case: Case, *, skipped: bool) -> Repair | None:
        """The way to have it all; None where there is nothing to do."""
        lacking = (*self._lacking(), *self._tightened())
        differences = tuple(self._differences())
        if skipped and not lacking:
            return None
        text = None if skipped else with_if_not_exists(case.text, "TABLE")
        return Repair(
            name="merge",
            does=self._does(lacking),
            follows=" ".join(differences),
            outcome=Outcome.MERGED,
            text=text,
            before=self._statements(lacking),
        )

    def _statements(self, lacking: tuple[Fact, ...]) -> tuple[str, ...]:
        if not lacking:
            return ()
        try:
            return statements(self._current, with_facts(self._current, lacking, self._wanted))
        except NotPlanned:
            return ()

    def _does(self, lacking: tuple[Fact, ...]) -> str:
        shown = path(self._table)
        if not lacking:
            return f"{shown} is there already, and has all of this."
        return f"{shown} is there already; it gets what it lacked: {'; '.join(parts(self._current, lacking))}."

    def _lacking(self) -> Iterator[Fact]:
        """What belongs to the wanted table and not to the one that is there."""
        for fact in self._belonging(self._wanted):
            if fact.ref in self._current or self._is_there(fact):
                continue
            yield fact

    def _belonging(self, catalog: Catalog) -> Iterator[Fact]:
        """What comes and goes with the table: its columns, constraints, indexes, and what is said of them."""
        for fact in catalog.facts.values():
            if isinstance(fact, Index):
                belongs = fact.table == self._table
            elif isinstance(fact, Sequence):
                belongs = fact.owned_by == self._table and fact.owned_by_column not in self._columns
            elif isinstance(fact, DefaultValue):
                belongs = fact.names[:-1] == self._table and fact.names[-1] not in self._columns
            elif isinstance(fact, Told):
                belongs = isinstance(fact, Comment) and fact.names[: len(self._table)] == self._table
            else:
                belongs = fact.names[:-1] == self._table
            if belongs:
                yield fact

    @cached_property
    def _columns(self) -> frozenset[str]:
        """Those that are there."""
        return frozenset(ref.names[-1] for ref in self._current.inside(self._table, "table column"))

    def _is_there(self, fact: Fact) -> bool:
        """Under another name."""
        if not isinstance(fact, NAMED_OTHERWISE):
            return False
        kind = type(fact)
        return any(
            replace(other, names=fact.names) == fact
            for other in self._belonging(self._current)
            if isinstance(other, kind)
        )

    def _tightened(self) -> Iterator[Fact]:
        """Columns whose type here is narrower than the one that the script wants, or that may be null here only."""
        for old, new in self._both():
            wanted = replace(old, not_null=old.not_null or (new.not_null and not self._refuses_nulls(old)))
            if holds(new.type, old.type):
                wanted = replace(wanted, type=new.type)
            if wanted != old:
                yield wanted

    def _refuses_nulls(self, column: Column) -> bool:
        """By a CHECK, which need not be proved yet."""
        wanted = f"{name(column.names[-1])} IS NOT NULL"
        checks = self._current.parts(self._table, TableConstraint)
        return any((one.expression or "").strip("()") == wanted for one in checks if one.type == "check")

    def _differences(self) -> Iterator[str]:
        for old, new in self._both():
            if old.type != new.type and not holds(new.type, old.type):
                yield f"The column {old.names[-1]} stays {old.type}; the script wants {new.type}."

    def _both(self) -> Iterator[tuple[Column, Column]]:
        for new in self._wanted.parts(self._table, TableColumn):
            old = self._current.get(new.ref)
            if isinstance(old, Column):
                yield old, new
