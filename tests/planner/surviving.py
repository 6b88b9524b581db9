"""Rows beside a plan: made where there are none, and told again by what must not have changed of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
import psycopg
from psycopg.sql import SQL, Composed, Identifier

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column, DefaultValue, Index, Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.compare import Alter, Change, changes
from seachange.planner import goal

Rows = list[tuple[object, ...]]
VALUES = {
    **dict.fromkeys(("smallint", "integer", "bigint", "real", "double precision", "numeric", "oid"), "{n}"),
    **dict.fromkeys(("text", "character varying", "character", "name", "bytea"), "{n}"),
    **dict.fromkeys(("date", "timestamp without time zone", "timestamp with time zone"), "2024-01-0{n}"),
    **dict.fromkeys(("json", "jsonb"), '{{"n": {n}}}'),
    "boolean": "true",
    "uuid": "00000000-0000-0000-0000-00000000000{n}",
    "interval": "{n} days",
    "time without time zone": "0{n}:00",
    "inet": "10.0.0.{n}",
}
"""A value of each of the usual types, for the n-th row."""
COUNT = 2


class Kept(msgspec.Struct, frozen=True):
    """What must be told alike before and after: the columns of a table, and from where its rows are read."""

    table: Path
    columns: tuple[str, ...]
    below: bool

    @property
    def query(self) -> Composed:
        columns = SQL(", ").join(SQL("{}::text").format(Identifier(column)) for column in self.columns)
        only = SQL("" if self.below else "only ")
        return SQL("select {} from {}{}").format(columns, only, Identifier(*self.table))


def kept(current: Catalog, desired: Catalog) -> list[Kept]:
    """The tables that are there before and after, with the columns of them that stay as they are."""
    aim = goal(current, desired)
    return [
        Kept(table.names, tuple(_columns(table.names, current, aim)), below=table.partition_key is not None)
        for table in current.of(Table)
        if isinstance(there := aim.get(table.ref), Table) and _holds_the_same(table, there, current, aim)
    ]


def _holds_the_same(here: Table, there: Table, current: Catalog, desired: Catalog) -> bool:
    """A partitioned table that gets or loses a partition has other rows afterwards."""
    if not (here.partition_key or there.partition_key):
        return True
    return _leaves(here.names, current) == _leaves(there.names, desired)


def _leaves(table: Path, catalog: Catalog) -> set[Path]:
    """The tables below that hold its rows, itself included."""
    below = {each.names for each in catalog.of(Table) if table in each.parents}
    return {table}.union(*(_leaves(each, catalog) for each in below))


def _columns(table: Path, current: Catalog, desired: Catalog) -> Iterator[str]:
    for column in current.parts(table, Column):
        other = desired.get(column.ref)
        composite = any(used.kind == "composite type" for used in current.uses(column.ref))
        generated = column.generated or getattr(other, "generated", None)
        if isinstance(other, Column) and other.type == column.type and not (generated or composite):
            yield column.names[-1]


def told(conninfo: str, tables: list[Kept]) -> Mapping[Path, Rows]:
    """The rows of each of these tables, whatever their order."""
    with psycopg.connect(conninfo) as session:
        return {each.table: sorted(session.execute(each.query).fetchall(), key=repr) for each in tables}


def sow(conninfo: str, catalog: Catalog, barred: Collection[Path] = ()) -> None:
    """A row or two into each table that has none, where that is simple."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        for table in [*catalog.of(Table)] * 2:  # what refers to another may find its rows the second time
            if not table.bound and table.names not in barred:
                _sow(session, table, catalog)


def stricter(current: Catalog, desired: Catalog) -> set[Path]:
    """The tables whose rows may be refused by what comes."""
    aim = goal(current, desired)
    found: set[Path] = set()
    for change in changes(current, aim):
        fact = getattr(change, "new", None)
        if isinstance(fact, Index) and fact.unique:
            found.add(fact.table)
        elif isinstance(fact, TableConstraint) or (isinstance(fact, Column) and _is_stricter(fact, change, aim)):
            found.add(fact.names[:-1])
    return found


def _is_stricter(column: Column, change: Change, desired: Catalog) -> bool:
    if isinstance(change, Alter):
        return bool({"type", "not_null"} & set(change.fields))
    return column.not_null and _default(column) not in desired


def _sow(session: psycopg.Connection[Any], table: Table, catalog: Catalog) -> None:
    if session.execute(SQL("select from {} limit 1").format(Identifier(*table.names))).fetchone() is not None:
        return
    for number in range(1, COUNT + 1):
        values = _values(table, catalog, number)
        into = SQL("insert into {} ({}) values ({})") if values else SQL("insert into {} default values")
        columns, given = SQL(", ").join(map(Identifier, values)), SQL(", ").join(map(SQL, ["%s"] * len(values)))
        try:
            session.execute(into.format(Identifier(*table.names), columns, given), list(values.values()) or None)
        except psycopg.Error:
            return


def _values(table: Table, catalog: Catalog, number: int) -> dict[str, str]:
    values = {}
    for column in catalog.parts(table.names, Column):
        written = VALUES.get(column.type.partition("(")[0])
        given = column.identity or column.generated or isinstance(catalog.get(_default(column)), DefaultValue)
        if written and not given:
            values[column.names[-1]] = written.format(n=number)
    return values


def _default(column: Column) -> Ref:
    return Ref("default value", column.names)
