"""Columns that come, go and change: which of it writes the table anew, and which only reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, Index, TableColumn, TableConstraint
from seachange.catalog.facts.types import Domain, DomainConstraint
from seachange.checks.doing.constraints import referred
from seachange.checks.doing.deed import (
    NOTHING,
    Effects,
    building,
    locking,
    rewriting,
    scanning,
    together,
    with_rows,
)
from seachange.checks.folding import is_volatile
from seachange.checks.proof import is_proven
from seachange.checks.typed import is_serial, names_of, type_of
from seachange.checks.world import World
from seachange.rules.widening import is_sorted_otherwise, is_wider
from seachange.sql import tree
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_DEFAULT,
    CONSTR_FOREIGN,
    CONSTR_GENERATED,
    CONSTR_IDENTITY,
    CONSTR_NOTNULL,
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    AlterTableCmd,
    ColumnDef,
    ColumnRef,
    Constraint,
    TypeCast,
)
from seachange.sql.quote import path, unquoted
from seachange.step import Lock

UTC = frozenset({"utc", "gmt", "etc/utc", "etc/gmt", "universal", "zulu", "etc/universal", "etc/zulu", "uct", "0"})
"""Time zones in which a timestamp is the same with and without one."""


class Added(NamedTuple):
    """A column that is added, with its constraints by their sort."""

    column: ColumnDef
    constraints: dict[int, Constraint]
    world: World

    @property
    def stored(self) -> bool:
        generated = self.constraints.get(CONSTR_GENERATED)
        return generated is not None and generated.generated_kind != "v"

    @property
    def virtual(self) -> bool:
        return CONSTR_GENERATED in self.constraints and not self.stored

    @property
    def counted(self) -> bool:
        """It counts by itself, as serial or by identity."""
        return is_serial(self.column.type_name) or CONSTR_IDENTITY in self.constraints

    @property
    def default(self) -> Message | None:
        """What the rows that are there get, where it is an expression."""
        given = self.constraints.get(CONSTR_DEFAULT)
        if given is not None:
            return tree.inner(given.raw_expr)
        domain = domain_of(self.column, self.world)
        return tree.expression(domain.default) if domain and domain.default else None


def added(column: ColumnDef, world: World) -> Added:
    return Added(column, {each.constraint.contype: each.constraint for each in column.constraints}, world)


def domain_of(column: ColumnDef, world: World) -> Domain | None:
    """The domain that its type is, where that is known."""
    if column.type_name.array_bounds:
        return None
    found = world.type(names_of(column.type_name))
    return found if isinstance(found, Domain) else None


def is_constrained(domain: Domain | None, world: World) -> bool:
    """Whether PostgreSQL asks of every value whether the domain takes it."""
    while domain is not None:
        if domain.not_null or any(isinstance(part, DomainConstraint) for part in world.parts(domain.names)):
            return True
        found = world.type(unquoted(domain.type))
        domain = found if isinstance(found, Domain) else None
    return False


def add_column(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    """The lock is there in any case; the rows are touched by what a constant cannot say for all of them."""
    column = getattr(command, "def").column_def
    if command.missing_ok and tables and world.column(tables[0], column.colname):
        return locking(Lock.ACCESS_EXCLUSIVE, tables[0])
    new = added(column, world)
    return together((locking(Lock.ACCESS_EXCLUSIVE, *tables), *_added(new, tables, world)))


def _added(new: Added, tables: tuple[Path, ...], world: World) -> Iterator[Effects]:
    rows = with_rows(tables, world)
    if is_written(new, world):
        yield rewriting(*rows)
    if _is_read(new):
        yield scanning(*rows)
    if CONSTR_UNIQUE in new.constraints or CONSTR_PRIMARY in new.constraints:
        yield building(*rows)
    if foreign := new.constraints.get(CONSTR_FOREIGN):
        others = referred(foreign.pktable, world)
        yield locking(Lock.SHARE_ROW_EXCLUSIVE, *others)
        if new.default is not None or new.counted or new.stored:
            yield scanning(*rows, *with_rows(others, world))


def is_written(new: Added, world: World) -> bool:
    """Whether every row is written anew for it."""
    if new.virtual:
        return False
    if new.stored or new.counted or is_constrained(domain_of(new.column, world), world):
        return True
    return new.default is not None and is_volatile(new.default, world)


def _is_read(new: Added) -> bool:
    if CONSTR_CHECK in new.constraints:
        return True
    required = CONSTR_NOTNULL in new.constraints
    return required and (new.virtual or not (new.default is not None or new.counted or new.stored))


def drop_column(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    """A foreign key that goes with it also locks the other table: its triggers go."""
    others = (
        other
        for table in tables
        for key in keys_with(table, command.name, world)
        for end in (key.names[:-1], key.references or table)
        for other in world.family(end)
    )
    return locking(Lock.ACCESS_EXCLUSIVE, *dict.fromkeys((*tables, *others)))


def set_expression(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    """Of a stored column every value is computed again."""
    columns = (world.column(table, command.name) for table in tables[:1])
    virtual = any(column is not None and column.generated == "virtual" for column in columns)
    rows = with_rows(tables, world)
    work = NOTHING if virtual else rewriting(*rows)
    return together((locking(Lock.ACCESS_EXCLUSIVE, *tables), work))


def set_not_null(
    command: AlterTableCmd, tables: tuple[Path, ...], world: World, dropped: Collection[str] = ()
) -> Effects:
    """No row is read where a check that stays proves it."""
    above = any(is_proven(table, command.name, world, without=dropped) for table in tables[:1])
    rows = () if above else with_rows(tables, world)
    unproven = (table for table in rows if not _never_null(table, command.name, world, dropped))
    return together((locking(Lock.ACCESS_EXCLUSIVE, *tables), scanning(*unproven)))


def _never_null(table: Path, name: str, world: World, dropped: Collection[str]) -> bool:
    column = world.column(table, name)
    if column is not None and column.not_null and not _unproven_not_null(table, name, world):
        return True
    return is_proven(table, name, world, without=dropped)


def _unproven_not_null(table: Path, name: str, world: World) -> bool:
    """There is a NOT NULL that nobody has held the rows against."""
    found = (each for each in world.constraints(table) if each.type == "not null" and each.columns == (name,))
    return any(not each.validated for each in found)


class Retyped(NamedTuple):
    """A column and the type that it gets.  `old` is None where nothing is known of it."""

    table: Path
    old: Column | None
    name: str
    type: str
    using: Message | None
    collation: str | None
    domain: Domain | None


def retyped(command: AlterTableCmd, table: Path, world: World) -> Retyped:
    column = getattr(command, "def").column_def
    collation = column.coll_clause.collname if column.HasField("coll_clause") else ()
    return Retyped(
        table,
        world.column(table, command.name),
        command.name,
        type_of(column.type_name, world),
        tree.inner(column.raw_default) if column.HasField("raw_default") else None,
        path(part.string.sval for part in collation) or None,
        domain_of(column, world),
    )


def alter_type(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    return together(_retyping(command, tables, world))


def _retyping(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Iterator[Effects]:
    yield locking(Lock.ACCESS_EXCLUSIVE, *tables)
    for table in tables:
        change = retyped(command, table, world)
        rows = with_rows((table,), world)
        for constraint in keys_with(change.table, change.name, world):
            others = {constraint.names[:-1], constraint.references or table} - {table}
            yield locking(Lock.ACCESS_EXCLUSIVE, *others)
        if rewrites(change, world):
            yield rewriting(*rows)
            keys = (key for key in keys_with(change.table, change.name, world) if key.validated)
            checked = (end for key in keys for end in (key.names[:-1], key.references or table))
            yield scanning(*with_rows(checked, world))
        else:
            yield scanning(*(rows if is_rechecked(change, world) else ()))
            yield building(*(rows if any(rebuilt(change, world)) else ()))


def keys_with(table: Path, column: str, world: World) -> Iterator[TableConstraint]:
    """The foreign keys of which a column is a part, on either side."""
    for constraint in world.constraints(table):
        if constraint.type == "foreign key" and column in constraint.columns:
            yield constraint
    for constraint in world.referring(table):
        if column in constraint.referenced_columns and constraint.names[:-1] != table:
            yield constraint


def rewrites(change: Retyped, world: World) -> bool:
    """Whether every row is written anew."""
    old = change.old
    if old is None:
        return True
    if isinstance(old, TableColumn) and old.generated == "virtual":
        return False
    if old.generated or _is_computed(change, world) or is_constrained(change.domain, world):
        return True
    return not is_wider(inside(old.type, world), inside(change.type, world), utc=is_utc(world))


def is_utc(world: World) -> bool:
    """Whether the script says that the session's time zone is UTC."""
    return (world.setting("timezone") or "").lower() in UTC


def inside(type: str, world: World) -> str:
    """The type, or that on which its domain is."""
    found = None if type.endswith("[]") or "(" in type else world.type(unquoted(type))
    return inside(found.type, world) if isinstance(found, Domain) else type


def _is_computed(change: Retyped, world: World) -> bool:
    """USING says more than what the type alone says."""
    node = change.using
    if node is None:
        return False
    while isinstance(node, TypeCast):
        if type_of(node.type_name, world) not in (change.type, change.type.partition("(")[0]):
            return True
        node = tree.inner(node.arg)
    return not (isinstance(node, ColumnRef) and node.fields[-1].string.sval == change.name)


def is_rechecked(change: Retyped, world: World) -> bool:
    """PostgreSQL tries every CHECK on the column again, but for those that it never tried."""
    return any(
        constraint.type == "check" and constraint.validated and change.name in constraint.columns
        for constraint in world.constraints(change.table)
    )


def rebuilt(change: Retyped, world: World) -> Iterator[Index]:
    """The indexes that do not serve the new type though no row is written anew."""
    old = change.old
    if old is None:
        return
    otherwise = is_sorted_otherwise(inside(old.type, world), inside(change.type, world))
    otherwise |= (old.collation or "default") != (change.collation or "default")
    for index in world.indexes(change.table):
        plain = change.name in index.columns
        computed = any(change.name in tree_words(text) for text in (*_expressions(index), index.predicate or ""))
        if (plain and (otherwise or "" in index.columns or index.predicate)) or computed:
            yield index


def _expressions(index: Index) -> tuple[str, ...]:
    return tuple(key for column, key in zip(index.columns, index.keys, strict=False) if not column)


def tree_words(text: str) -> frozenset[str]:
    """The columns named in an expression."""
    node = tree.expression(text) if text else None
    if node is None:
        return frozenset()
    columns = (each for each in tree.walk(node) if isinstance(each, ColumnRef))
    return frozenset(column.fields[-1].string.sval for column in columns)
