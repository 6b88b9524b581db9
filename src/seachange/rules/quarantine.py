"""What goes to the quarantine instead of being dropped, and under which name; nothing here writes SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Column, DefaultValue, Index, Sequence, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.catalog.scope import QUARANTINE
from seachange.rules.rule import Context
from seachange.sql.quote import name

SCHEMA = Ref("schema", (QUARANTINE,))
LONGEST = 60
"""Bytes of a name in the quarantine: PostgreSQL makes the name of an array type of it, and cuts that at 63."""
MOVABLE = ("enum", "composite type", "domain")
"""Kinds of types that can be moved to another schema as they are."""
TYPES = (*MOVABLE, "range", "base type")
OWN_TO_TABLE = frozenset({"table", "schema", "table column", "foreign table", "role"})
"""What a table or a column uses and never loses by itself."""


def waiting_name(names: Path, label: str) -> Path:
    """The path in the quarantine of what was at `names`: readable where it is short, and never that of another."""
    plain = ".".join(names)
    room = LONGEST - len(label.encode()) - 1
    if len(plain.encode()) > room or any("." in each for each in names):
        mark = hashlib.blake2b(repr(names).encode(), digest_size=4).hexdigest()
        plain = plain.encode()[: room - len(mark) - 1].decode(errors="ignore") + "~" + mark
    return QUARANTINE, f"{plain}.{label}"


@dataclass
class Waiting:
    """What a plan puts into the quarantine, and in which state."""

    around: Context

    def __contains__(self, ref: Ref) -> bool:
        return any(ref in found for found in (self.tables, self.columns, self.sequences, self.types))

    def __bool__(self) -> bool:
        return any((self.tables, self.columns, self.sequences, self.types))

    @property
    def label(self) -> str:
        return self.around.wishes.quarantine

    @cached_property
    def tables(self) -> frozenset[Ref]:
        """The tables that are moved."""
        verdicts = {
            ref: all(map(self._can_move, family(ref, self.around))) for ref in {*map(self._top, self._candidates)}
        }
        return frozenset(ref for ref in self._candidates if verdicts[self._top(ref)])

    def _top(self, ref: Ref) -> Ref:
        return top(ref, self.around)

    @cached_property
    def columns(self) -> frozenset[Ref]:
        """The columns whose values are copied, of tables that stay."""
        return frozenset(ref for ref in self._goes if ref.kind == "table column" and self._is_copied(ref))

    @cached_property
    def sequences(self) -> frozenset[Ref]:
        return frozenset(ref for ref in self._gone if ref.kind == "sequence" and self._is_moved(ref))

    @cached_property
    def types(self) -> frozenset[Ref]:
        """The types that are moved, for what waits is of them."""
        found: set[Ref] = set()
        queue = [column.ref for table in self._candidates for column in self._columns(table)]
        queue += [
            column.ref
            for ref in self.columns
            for column in self.around.current.parts(ref.names[:-1], Column)
        ]  # fmt: skip
        while queue:
            for used in self.around.current.uses(queue.pop()) - found:
                if used in self._gone and self._is_movable(used):
                    found.add(used)
                    queue.extend((used, *(part.ref for part in self.around.current.parts(used.names, Fact))))
        return frozenset(found)

    @cached_property
    def as_text(self) -> frozenset[Ref]:
        """The columns whose values wait as text, as their type or collation goes."""
        return frozenset(
            column.ref for table in self.tables for column in self._columns(table) if self.loses_type(column)
        )

    @cached_property
    def plain(self) -> frozenset[Ref]:
        """The generated columns that are no longer generated."""
        return frozenset(
            column.ref
            for table in self.tables
            for column in self._columns(table)
            if column.generated and self.is_severed(Ref("default value", column.names))
        )

    @cached_property
    def moved(self) -> frozenset[Ref]:
        """All that is moved as it is, or made to fit, with what belongs to it."""
        found = {*self.tables, *self.sequences, *self.types}
        for ref in self.types:
            found.update(part.ref for part in self.around.current.parts(ref.names, Fact) if not part.told)
        for ref in self.tables:
            found.update(column.ref for column in self._columns(ref))
            found.update(sequence.ref for sequence in sequences_of(ref, self.around))
            found.update(self._kept_parts(ref))
        return frozenset(found)

    def loses_type(self, column: Column) -> bool:
        """Whether its type, or its collation, cannot wait along with it."""
        return any(self.is_lost(used) for used in self.around.current.uses(column.ref) if used.kind not in OWN_TO_TABLE)

    def is_lost(self, used: Ref) -> bool:
        """Whether it goes, and not to the quarantine."""
        if used in self._goes:
            match used.kind:
                case "table":
                    return used not in self.tables
                case "sequence":
                    return used not in self.sequences
                case "table constraint" | "index" | "default value":
                    return self.is_severed(used)
            return used not in self.types
        members = self.around.current.origin.members
        extension = members.get(used)
        return extension is not None and Ref("extension", (extension,)) in self._goes

    def is_severed(self, ref: Ref) -> bool:
        """Whether a default, an index or a constraint of a table that is moved cannot go with it."""
        match self.around.current.facts.get(ref):
            case TableConstraint(type="foreign key"):
                return True
            case TableConstraint(type="not null"):
                return False
            case TableConstraint() as constraint:
                columns = {Ref("table column", (*constraint.names[:-1], each)) for each in constraint.columns}
                index = self.around.current.uses(_index(constraint)) - {ref}
                return bool(columns & self._changed) or self._uses_lost(ref) or any(map(self._is_unfit, index))
            case Index(constraint=True) as index:
                return self.is_severed(Ref("table constraint", (*index.table, index.names[-1])))
            case Index() | DefaultValue():
                return self._uses_lost(ref)
        return True

    def key(self, table: Path) -> tuple[str, ...]:
        """The columns of the primary key, where rows can still be told by it afterwards; else nothing."""
        here, there = (
            _key(catalog.parts(table, TableConstraint)) for catalog in (self.around.current, self.around.desired)
        )
        columns = tuple(Ref("table column", (*table, each)) for each in here)
        if here != there or not set(columns).isdisjoint(self._goes) or self._has_other_heirs(table):
            return ()
        same = all(self._type(ref, here=True) == self._type(ref, here=False) for ref in columns)
        return here if same else ()

    def _has_other_heirs(self, table: Path) -> bool:
        """What only inherits from the table has keys of its own."""
        heirs = (self.around.current.get(Ref("table", heir)) for heir in self.around.heirs(table))
        return any(not getattr(heir, "bound", None) for heir in heirs)

    def _type(self, ref: Ref, *, here: bool) -> str | None:
        return getattr((self.around.current if here else self.around.desired).get(ref), "type", None)

    @cached_property
    def _goes(self) -> frozenset[Ref]:
        return self.around.goes if self.around.wishes.quarantine else frozenset()

    @cached_property
    def _gone(self) -> frozenset[Ref]:
        """What does not come again; of tables, what goes with one that does not."""
        return frozenset(ref for ref in self._goes if top(ref, self.around) not in self.around.comes)

    @cached_property
    def _candidates(self) -> tuple[Ref, ...]:
        return tuple(ref for ref in self._gone if ref.kind == "table")

    @cached_property
    def _changed(self) -> frozenset[Ref]:
        """Columns that are no longer what indexes and constraints on them need."""
        found = {column.ref for table in self._candidates for column in self._columns(table) if self.loses_type(column)}
        for table in self._candidates:
            for column in self._columns(table):
                expression = Ref("default value", column.names)
                if column.generated and (self._loses(expression) or self.around.current.uses(expression) & found):
                    found.add(column.ref)
        return frozenset(found)

    def _uses_lost(self, ref: Ref) -> bool:
        return any(map(self._is_unfit, self.around.current.uses(ref)))

    def _is_unfit(self, used: Ref) -> bool:
        return used in self._changed or (used.kind not in OWN_TO_TABLE and self.is_lost(used))

    def _loses(self, ref: Ref) -> bool:
        return any(self.is_lost(used) for used in self.around.current.uses(ref) if used.kind not in OWN_TO_TABLE)

    def _columns(self, table: Ref) -> Iterator[Column]:
        return self.around.current.parts(table.names, Column)

    def _kept_parts(self, table: Ref) -> Iterator[Ref]:
        for default in self._defaults(table):
            if not self.is_severed(default):
                yield default
        for constraint in self.around.current.parts(table.names, TableConstraint):
            if not self.is_severed(constraint.ref):
                yield constraint.ref
        for index in self.around.current.indexes_of(table.names):
            if not self.is_severed(index.ref):
                yield index.ref

    def _defaults(self, table: Ref) -> Iterator[Ref]:
        defaults = (Ref("default value", column.names) for column in self._columns(table))
        return (ref for ref in defaults if ref in self.around.current)

    def _can_move(self, ref: Ref) -> bool:
        """Whether nothing that cannot be taken from the table, or from its partition key, goes."""
        table = self.around.current.facts[ref]
        assert isinstance(table, Table)
        if any(
            self.is_lost(used) for used in self.around.current.uses(ref) if used.kind not in (*OWN_TO_TABLE, *TYPES)
        ):
            return False
        key = table.partition_key
        return not key or not any(
            self.loses_type(column) and name(column.names[-1]) in key for column in self._columns(ref)
        )

    def _is_copied(self, ref: Ref) -> bool:
        column = self.around.current.facts[ref]
        assert isinstance(column, Column)
        return not column.generated and self.around.stays(Ref("table", ref.names[:-1]))

    def _is_moved(self, ref: Ref) -> bool:
        """A sequence goes with its table or its column, or alone."""
        sequence = self.around.current.facts[ref]
        assert isinstance(sequence, Sequence)
        if sequence.owned_by is None:
            return True
        table = Ref("table", sequence.owned_by)
        return table in self.tables or (self.around.stays(table) and not sequence.identity)

    def _is_movable(self, ref: Ref) -> bool:
        """Whether the type can be moved with all that it is made of."""
        if ref.kind not in MOVABLE:
            return False
        parts = (part.ref for part in self.around.current.parts(ref.names, Fact) if not part.told)
        uses = {used for each in (ref, *parts) for used in self.around.current.uses(each)} - {ref}
        return not any(
            self._is_gone(used) and not (used in self._gone and self._is_movable(used))
            for used in uses
            if used.kind not in OWN_TO_TABLE and used.names[: len(ref.names)] != ref.names
        )

    def _is_gone(self, used: Ref) -> bool:
        extension = self.around.current.origin.members.get(used)
        return used in self._goes or (extension is not None and Ref("extension", (extension,)) in self._goes)


def top(ref: Ref, around: Context) -> Ref:
    """Of a partition the table at the top that goes and takes it along; anything else itself."""
    table = around.current.facts.get(ref)
    while isinstance(table, Table) and table.bound and (above := Ref("table", table.parents[0])) in around.goes:
        table = around.current.facts[above]
    return ref if table is None else table.ref


def family(ref: Ref, around: Context) -> Iterator[Ref]:
    """The table, and its partitions that go with it, from the top down."""
    yield ref
    for heir in around.heirs(ref.names):
        below = Ref("table", heir)
        if below in around.goes and top(below, around) == ref:
            yield below


def sequences_of(ref: Ref, around: Context) -> Iterator[Sequence]:
    """The sequences that belong to a table, or to a column, and go with it."""
    catalog = around.current
    columns = [ref] if ref.kind == "table column" else [column.ref for column in catalog.parts(ref.names, Column)]
    for user in sorted(user for column in columns for user in catalog.users(column)):
        sequence = catalog.facts.get(user)
        if (
            isinstance(sequence, Sequence)
            and sequence.ref in around.goes
            and sequence.owned_by in (ref.names, ref.names[:-1])
        ):
            yield sequence


def _index(constraint: TableConstraint) -> Ref:
    return Ref("index", (constraint.names[0], constraint.names[-1]))


def _key(constraints: Iterator[TableConstraint]) -> tuple[str, ...]:
    return next((each.columns for each in constraints if each.type == "primary key"), ())
