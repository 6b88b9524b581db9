"""Rows made up for tables that have none: valid by type, enum, domain, NOT NULL, CHECK, unique and foreign keys.

Nothing is proved about a row beforehand.  It is offered to the server, and what the server objects to is varied.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.postgres.sampling import first_line, put_triggers_aside, refuse_full
from seachange.postgres.values import candidates, constants
from seachange.sql.quote import body, listed, literal, path

Session = Connection[Any]

ROWS = 3
"""Rows that each table gets: enough for two to be compared."""
ATTEMPTS = 300
OFTEN = 0.25
PARENTS = 20
"""Rows of a parent that rows of a child may refer to."""


class Column(msgspec.Struct, frozen=True):
    """A column that takes values.  `origin` is the base type's name, `labels` are an enum's."""

    number: int
    name: str
    type: str
    not_null: bool
    has_default: bool
    category: str
    origin: str
    labels: tuple[str, ...]
    dimensions: int
    asked: tuple[str, ...]


class Reference(msgspec.Struct, frozen=True):
    """A foreign key of the table."""

    parent: Path
    columns: tuple[str, ...]
    referenced: tuple[str, ...]


class Table(msgspec.Struct, frozen=True):
    """A table with all that is asked of its rows; `about` has the columns of constraints and unique indexes."""

    names: Path
    columns: tuple[Column, ...]
    references: tuple[Reference, ...]
    about: Mapping[str, tuple[str, ...]]


class Made(msgspec.Struct, frozen=True):
    """How many rows were made up, by table, and why there are none in others."""

    rows: Mapping[Path, int] = {}
    refused: Mapping[Path, str] = {}


TABLES = """
select c.oid, n.nspname, c.relname, pg_get_partition_constraintdef(c.oid)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r'
  and n.nspname not in ('pg_catalog', 'information_schema', 'seachange', 'seachange_quarantine')
  and not exists (select from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  and pg_relation_size(c.oid) = 0
"""
COLUMNS = """
with recursive base as (
  select t.oid, t.oid as base, t.typbasetype, t.typnotnull, t.typndims from pg_type t
  union all
  select b.oid, t.oid, t.typbasetype, b.typnotnull or t.typnotnull, greatest(b.typndims, t.typndims)
  from base b join pg_type t on t.oid = b.typbasetype
)
select a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull or b.typnotnull,
  a.atthasdef or a.attidentity <> '', t.typcategory::text, t.typname,
  array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder),
  greatest(a.attndims, b.typndims),
  array(select pg_get_expr(k.conbin, 0) from pg_constraint k
        where k.contype = 'c' and k.contypid in (select d.base from base d where d.oid = a.atttypid))
  || array(select pg_get_expr(k.conbin, k.conrelid) from pg_constraint k
           where k.contype = 'c' and k.conrelid = a.attrelid and a.attnum = any(k.conkey))
  || coalesce(substring(format_type(a.atttypid, a.atttypmod) from '\\((\\d+)'), '')
from pg_attribute a
join base b on b.oid = a.atttypid and b.typbasetype = 0
join pg_type t on t.oid = b.base
where a.attrelid = any(%s) and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
order by a.attrelid, a.attnum
"""
REFERENCES = """
select k.conrelid, n.nspname, f.relname,
  array(select a.attname::text from unnest(k.conkey) with ordinality u (number, place)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by u.place),
  array(select a.attname::text from unnest(k.confkey) with ordinality u (number, place)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number order by u.place)
from pg_constraint k
join pg_class f on f.oid = k.confrelid
join pg_namespace n on n.oid = f.relnamespace
left join pg_constraint whole on whole.oid = k.conparentid
where k.contype = 'f' and k.conrelid = any(%s) and (whole.oid is null or whole.conrelid <> k.conrelid)
order by k.conrelid, k.conname
"""
TAKEN = """
declare
  one text;
  taken text := '';
begin
  foreach one in array array[{texts}]::text[] loop
    begin
      execute format({cast}, one);
      taken := taken || '1';
    exception when others then
      taken := taken || '0';
    end;
  end loop;
  perform set_config('seachange.taken', taken, true);
end
"""
"""Tries which texts a type takes, all in one go."""
ABOUT = """
select k.conrelid, k.conname, k.conkey from pg_constraint k where k.conrelid = any(%(tables)s) and k.conkey is not null
union all
select i.indrelid, c.relname, case when 0 = any(i.indkey::int2[]) then '{}' else i.indkey::int2[] end
from pg_index i join pg_class c on c.oid = i.indexrelid
where i.indrelid = any(%(tables)s) and i.indisunique
"""


def fill(session: Session, rows: int = ROWS, wanted: Iterable[Path] | None = None, spared: Iterable[Path] = ()) -> Made:
    """Put `rows` rows into each empty table, or into those that are `wanted`; parents come before their children.

    Tables that are `spared` stay empty.  Triggers do not fire where the role may see to that.
    """
    found = _empty(session, None if wanted is None else frozenset(wanted))
    left = frozenset(spared)
    tables = {one.names: one for one in found if one.names not in left}
    made: dict[Path, int] = {}
    refused: dict[Path, str] = {}
    inputs = Inputs(session)
    with session.transaction():
        put_triggers_aside(session)
        for names in _parents_first(tables):
            count, why = _Filling(session, tables[names], inputs).make(rows)
            if count:
                made[names] = count
            else:
                refused[names] = why
    return Made(made, refused)


def _empty(session: Session, only: frozenset[Path] | None) -> Iterator[Table]:
    found = [row for row in session.execute(TABLES).fetchall() if only is None or (row[1], row[2]) in only]
    return described(session, found)


def described(session: Session, found: Sequence[Sequence[Any]]) -> Iterator[Table]:
    """Tables of which these are OID, schema, name and what is asked of their rows as partitions."""
    oids = [row[0] for row in found]
    columns = _grouped(session.execute(COLUMNS, [oids]).fetchall())
    references = _grouped(session.execute(REFERENCES, [oids]).fetchall())
    about = _grouped(session.execute(ABOUT, {"tables": oids}).fetchall())
    for oid, schema, table, bound in found:
        own = tuple(_column(row, bound) for row in columns.get(oid, ()))
        by_number = {column.number: column.name for column in own}
        yield Table(
            names=(schema, table),
            columns=own,
            references=tuple(Reference((s, t), tuple(c), tuple(r)) for s, t, c, r in references.get(oid, ())),
            about={
                str(constraint): tuple(by_number[number] for number in numbers if number in by_number)
                for constraint, numbers in about.get(oid, ())
            },
        )


def _grouped(rows: Iterable[Sequence[Any]]) -> dict[int, list[Sequence[Any]]]:
    grouped: dict[int, list[Sequence[Any]]] = {}
    for oid, *rest in rows:
        grouped.setdefault(oid, []).append(rest)
    return grouped


def _column(row: Sequence[Any], bound: str | None) -> Column:
    number, name, type_, not_null, has_default, category, origin, labels, dimensions, asked = row
    bounds = (bound,) if bound and name in bound else ()
    return Column(
        number, name, type_, not_null, has_default, category, origin, tuple(labels), dimensions, (*asked, *bounds)
    )


def _parents_first(tables: Mapping[Path, Table]) -> list[Path]:
    """Keys that go round in a circle are left out of the order."""
    needs = {
        names: {one.parent for one in table.references if one.parent in tables and one.parent != names}
        for names, table in tables.items()
    }
    while True:
        try:
            return list(
                TopologicalSorter({names: sorted(used) for names, used in sorted(needs.items())}).static_order()
            )
        except CycleError as error:
            used, user, *_ = error.args[1]
            needs[user].discard(used)


Value = str | None
"""What is written for a column; None: DEFAULT."""
NULL = "NULL"


class _Filling:
    """One table, and the values that its columns are tried with."""

    def __init__(self, session: Session, table: Table, inputs: Inputs) -> None:
        self._session = session
        self._table = table
        self._random = random.Random(".".join(table.names))
        self._choices = {column.name: tuple(inputs.choices(column)) for column in table.columns}
        self._parents = {one: self._rows_of(one) for one in table.references}

    def make(self, rows: int) -> tuple[int, str]:
        """How many rows were taken, and what the server said if not all were."""
        said = ""
        if orphan := self._orphan():
            return 0, orphan
        for number in range(rows):
            said = self._one(number)
            if said:
                return number, said
        return rows, said

    def _orphan(self) -> str:
        """Empty, or why no row can refer to what it must."""
        must = {column.name for column in self._table.columns if column.not_null}
        for one, rows in self._parents.items():
            if not rows and one.parent != self._table.names and not must.isdisjoint(one.columns):
                return f"{path(one.parent)}, to which its rows must refer, has no rows"
        return ""

    def _one(self, number: int) -> str:
        """Empty if a row was taken; else the server's last words."""
        chosen = {name: self._chosen(choices, number) for name, choices in self._choices.items()}
        picks = dict.fromkeys(self._parents, number)
        said = ""
        for _ in range(ATTEMPTS):
            try:
                with self._session.transaction():
                    self._session.execute(self._insert(chosen, picks).encode())
                return ""
            except psycopg.Error as error:
                refuse_full(error)
                said = first_line(error)
                self._vary(chosen, picks, error)
        return said

    def _chosen(self, choices: Sequence[Value], number: int) -> Value:
        """The first row begins with the likeliest value of each, the next with the next."""
        return choices[number % len(choices)] if len(choices) > 1 and choices[0] is not None else choices[0]

    def _insert(self, chosen: Mapping[str, Value], picks: Mapping[Reference, int]) -> str:
        table = path(self._table.names)
        values = {**chosen, **dict(self._referring(chosen, picks))}
        if not values:
            return f"INSERT INTO {table} DEFAULT VALUES"
        written = ", ".join("DEFAULT" if value is None else value for value in values.values())
        return f"INSERT INTO {table} ({listed(values)}) OVERRIDING SYSTEM VALUE VALUES ({written})"

    def _referring(self, chosen: Mapping[str, Value], picks: Mapping[Reference, int]) -> Iterator[tuple[str, Value]]:
        """What a foreign key says must be some row's of the parent; in the table itself, the new row's own."""
        for one, number in picks.items():
            rows = self._parents[one]
            if rows:
                yield from zip(one.columns, rows[number % len(rows)], strict=True)
            elif one.parent == self._table.names and None not in (own := [chosen.get(name) for name in one.referenced]):
                yield from zip(one.columns, own, strict=True)
            else:
                yield from ((name, NULL) for name in one.columns)

    def _rows_of(self, one: Reference) -> list[tuple[str, ...]]:
        columns = ", ".join(f"{path((column,))}::pg_catalog.text" for column in one.referenced)
        query = f"select distinct {columns} from {path(one.parent)} limit {PARENTS}"
        rows = self._session.execute(query.encode()).fetchall()
        return sorted(tuple(map(literal, row)) for row in rows if None not in row)

    def _vary(self, chosen: dict[str, Value], picks: dict[Reference, int], error: psycopg.Error) -> None:
        """Other values for the columns that the server objects to; for all, where it does not say which."""
        said = error.diag
        named = self._table.about.get(said.constraint_name or "", ())
        columns = [said.column_name] if said.column_name in chosen else [name for name in named if name in chosen]
        for name in columns or list(chosen):
            chosen[name] = self._other(self._choices[name])
        for one in picks:
            if not columns or not set(columns).isdisjoint(one.columns):
                picks[one] = self._random.randrange(PARENTS * 7)

    def _other(self, choices: Sequence[Value]) -> Value:
        """Any of the values; NULL as often as that settles what two columns have to do with each other."""
        if choices[-1] == NULL and self._random.random() < OFTEN:
            return NULL
        return self._random.choice([one for one in choices if one is not None] or [None])


class Inputs:
    """Which texts the types of a database take as values."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str, str], bool] = {}

    def choices(self, column: Column) -> Iterator[Value]:
        """DEFAULT where there is one; then values; NULL last."""
        if column.has_default:
            yield None
        told = (text for expression in column.asked for text in constants(expression))
        texts = column.labels or candidates(column.category, column.origin, told)
        taken = self.taken(column.type, texts)
        yield from map(literal, taken)
        if not column.not_null or (not taken and not column.has_default):
            yield NULL

    def taken(self, type_: str, texts: Iterable[str]) -> tuple[str, ...]:
        """Those of the texts that are values of a type."""
        texts = tuple(texts)
        unknown = [text for text in dict.fromkeys(texts) if (type_, text) not in self._known]
        fitting = [text for text in unknown if _fits(type_, text)]
        self._known |= {(type_, text): False for text in unknown}
        self._known |= {(type_, text): taken for text, taken in zip(fitting, self._judged(type_, fitting), strict=True)}
        return tuple(text for text in texts if self._known[type_, text])

    def _judged(self, type_: str, texts: list[str]) -> list[bool]:
        if not texts or type_ == "text" or type_.startswith("character varying"):
            return [True] * len(texts)
        loop = TAKEN.format(
            texts=", ".join(map(literal, texts)), cast=literal(f"select %L::{type_.replace('%', '%%')}")
        )
        with self._session.transaction():
            self._session.execute(f"do {body(loop)}".encode())
            row = self._session.execute("select current_setting('seachange.taken')").fetchone()
        return [letter == "1" for letter in row[0]] if row else []


def _fits(type_: str, text: str) -> bool:
    """A cast would cut a text that is too long; a column refuses it."""
    length = type_.partition("(")[2].partition(")")[0]
    return not (type_.startswith("character") and length.isdigit() and len(text) > int(length))
