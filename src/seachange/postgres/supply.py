"""Rows for probes: found by offering them to the server, remembered, and put in again wherever they are needed.

Triggers fire, as they do for everybody.  A row refers to rows made up for its parents, and only where none can be
made up to one that is there.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.postgres.probing import BODIES, UNTRIED, Answer, Probing
from seachange.postgres.synthesis import NULL, Column, Inputs, Reference, Table, Value, described
from seachange.postgres.values import candidates, fresh
from seachange.sql.quote import listed, literal, path

Session = Connection[Any]

ATTEMPTS = 150
STUBBORN = 40
"""How often a row is varied that only a function's own words refuse."""
OFTEN = 0.25
USUALLY = 0.6
FIRE = "set local session_replication_role = origin"
NO_FIRE = "set local session_replication_role = replica"
AROUND = "yesterday", "tomorrow"
GENEROUS, BARE, CONTRARY, LATE, ANYHOW = range(2, 7)
"""Variants of rows for functions: plenty that lasts, as little as may be, other states, what is over, anything."""
LASTING = "until", "end", "expir", "due", "to", "deadline"
"""What the name of a moment has in it until which something holds."""
PLENTY = literal("1000")
UNFIRED, OWN, OTHER = -1, -2, -3
"""Variants of rows that are put in while no trigger fires, and no foreign key is asked; the latter of two tenants."""
TABLES = """
select c.oid, n.nspname, c.relname,
  (select pg_get_partkeydef(c.oid) || string_agg(pg_get_expr(p.relpartbound, p.oid), ' ' order by p.relname)
   from pg_partition_tree(c.oid) t join pg_class p on p.oid = t.relid where t.level > 0)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
  and not c.relispartition
  and c.relpersistence <> 't'
  and n.nspname not in ('pg_catalog', 'information_schema')
"""
KEYS = """
select n.nspname, c.relname, array_agg(distinct a.attname::text)
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
where i.indisunique
group by 1, 2
"""


class Row(msgspec.Struct, frozen=True):
    """A row that the server took: what was written, what was kept as text, and where it stood."""

    table: Table
    values: Mapping[str, Value]
    stored: Mapping[str, str | None]
    place: tuple[str, str] = ("", "")

    @property
    def here(self) -> str:
        """A condition that is true for this row alone, while it has not been changed."""
        relation, spot = self.place
        return f"tableoid = {literal(relation)}::regclass and ctid = {literal(spot)}"


class Supply:
    """The tables of a database, and a row of each; triggers of those that are `quiet` are never fired."""

    def __init__(self, session: Session, probing: Probing, quiet: frozenset[Path] = frozenset()) -> None:
        self._probing = probing
        self.quiet = quiet
        found = session.execute(TABLES).fetchall()
        self.tables = {one.names: one for one in described(session, found)}
        self._bounds: dict[Path, str] = {(schema, table): bound or "" for _, schema, table, bound in found}
        in_keys = session.execute(KEYS).fetchall()
        self._keys: dict[Path, frozenset[str]] = {(schema, table): frozenset(names) for schema, table, names in in_keys}
        self._inputs = Inputs(session)
        self._choices: dict[tuple[Path, str, int], tuple[Value, ...]] = {}
        self._likely: dict[tuple[Path, str], tuple[Value, ...]] = {}
        self._known: dict[tuple[Path, int], Mapping[str, Value]] = {}
        self._refused: dict[tuple[Path, int], Answer] = {}
        self._there: dict[tuple[Path, int], Row] = {}
        self._begun: set[tuple[Path, int]] = set()

    def begin(self) -> None:
        """A new transaction: nothing is there any more."""
        self._there.clear()

    def put(self, names: Path, variant: int = 0) -> Row | Answer:
        """A row that is there until the transaction ends; rows of another `variant` have other keys and parents."""
        key = names, variant
        if key in self._there:
            return self._there[key]
        row = self.find(names, variant, keep=True)
        if isinstance(row, Row):
            self._there[key] = row
        return row

    def find(self, names: Path, variant: int = 0, *, keep: bool = False) -> Row | Answer:
        """A row that the table takes, whose parents are there; it itself is only with `keep`.

        Else the server's last words.
        """
        key = names, variant
        if key in self._refused:
            return self._refused[key]
        if names not in self.tables:
            return Answer(code="42P01", said=f"there is no table {path(names)}")
        if variant < 0:
            self._probing.attempt(NO_FIRE, keep=True)
        elif names in self.quiet:
            return Answer(code=UNTRIED, said="a trigger of it does what cannot be taken back", context=BODIES[0])
        self._begun.add(key)
        try:
            search = _Search(self, self._probing, self.tables[names], variant)
            found = search.row(self._known.get(key), keep=keep)
        finally:
            self._begun.discard(key)
        if isinstance(found, Row):
            self._known[key] = found.values
        elif not self._begun:  # what is refused within a circle of keys may be taken from without
            self._refused[key] = found
        return found

    def replace(self, row: Row, changes: Mapping[str, Value]) -> Row | None:
        """A row that is there changed; None where the server does not take the changes."""
        columns = ", ".join(f"{path((one.name,))}::text" for one in row.table.columns)
        if not changes:
            return row
        sql = update(row, changes, returning=f"tableoid::regclass::text, ctid::text, {columns}")
        answer = self._probing.attempt(sql, keep=True)
        if not answer.rows:
            return None
        changed = _row(row.table, {**row.values, **changes}, answer)
        self._there |= {key: changed for key, one in self._there.items() if one is row}
        return changed

    def choices(self, table: Table, column: Column, variant: int = 0) -> tuple[Value, ...]:
        """What may be written for a column, the likeliest first; for one of a key, what no other row has."""
        key = table.names, column.name, variant
        if key not in self._choices:
            usual = self._usual(table, column)
            in_key = column.name in self._keys.get(table.names, ()) and column.name not in self._bounds[table.names]
            seed = random.Random(f"{path(table.names)}.{column.name}/{variant}")
            texts = fresh(column.category, column.origin, seed) if in_key and not column.labels else ()
            if variant >= GENEROUS and column.category == "D":
                usual = (*map(literal, self._inputs.taken(column.type, AROUND)), *usual)
            self._choices[key] = (*map(literal, self._inputs.taken(column.type, texts)), *usual)
        return self._choices[key]

    def _usual(self, table: Table, column: Column) -> tuple[Value, ...]:
        key = table.names, column.name
        if key not in self._likely:
            self._likely[key] = tuple(self._inputs.choices(column))
        return self._likely[key]

    def guesses(self, column: Column, told: Iterable[str]) -> Iterator[Value]:
        """Values of a type that belongs to no table, the likeliest first."""
        texts = column.labels or candidates(column.category, column.origin, told)
        yield from map(literal, self._inputs.taken(column.type, texts))

    def parent(self, one: Reference, variant: int) -> Mapping[str, Value] | Answer:
        """Values of the columns of a foreign key that some row of the parent has."""
        if (one.parent, variant) in self._begun:
            return Answer(code=UNTRIED, said=f"{path(one.parent)} refers back to it")
        row = self.put(one.parent, variant)
        if isinstance(row, Row):
            if all(column in row.stored for column in one.referenced):
                return {mine: written(row.stored[its]) for mine, its in zip(one.columns, one.referenced, strict=True)}
            row = Answer(code=UNTRIED, said=f"a key of {path(one.parent)} is generated")
        return self._present(one) or row

    def unused(self, table: Table, column: Column) -> Iterator[Value]:
        """Values that hardly any row has."""
        texts = (*fresh(column.category, column.origin, random.Random(column.name)), *column.labels)
        yield from map(literal, self._inputs.taken(column.type, texts))
        yield from (one for one in self.choices(table, column) if one not in (None, NULL))

    def has(self, one: Reference, values: Sequence[Value], *, after: str = "") -> bool:
        """Whether the parent has a row with these values of the key, or would have one after a statement."""
        condition = " and ".join(f"{path((c,))} = {v}" for c, v in zip(one.referenced, values, strict=True))
        question = f"select from {path(one.parent)} where {condition} limit 1"
        answer = self._probing.attempt(f"{after}; {question}" if after else question)
        return bool(answer.rows) or not answer.passed

    def _present(self, one: Reference) -> Mapping[str, Value] | None:
        columns = ", ".join(f"{path((column,))}::text" for column in one.referenced)
        some = " and ".join(f"{path((column,))} is not null" for column in one.referenced)
        answer = self._probing.attempt(f"select {columns} from {path(one.parent)} where {some} limit 1")
        return dict(zip(one.columns, map(written, answer.rows[0]), strict=True)) if answer.rows else None


class _Search:
    """One table, and the values that its columns are tried with."""

    def __init__(self, supply: Supply, probing: Probing, table: Table, variant: int) -> None:
        self._probing = probing
        self._variant = variant
        self._table = table
        self._random = random.Random(f"{path(table.names)}/{variant}")
        self._choices = {column.name: supply.choices(table, column, variant) for column in table.columns}
        self._must = {column.name for column in table.columns if column.not_null}
        self._keys: dict[Reference, Mapping[str, Value]] = {}
        self._orphan: Answer | None = None
        for one in table.references:
            if one.parent != table.names:
                self._refer(one, supply.parent(one, variant))

    def _refer(self, one: Reference, key: Mapping[str, Value] | Answer) -> None:
        if not isinstance(key, Answer):
            self._keys[one] = key
        elif not self._must.isdisjoint(one.columns):
            said = f"no row of {path(one.parent)}, to which its rows must refer: {key.said}"
            self._orphan = msgspec.structs.replace(key, said=said, of_parent=True)

    def row(self, known: Mapping[str, Value] | None, *, keep: bool) -> Row | Answer:
        """The row that was `known` to be taken, or one that is found now."""
        if self._orphan:
            return self._orphan
        chosen = dict(known) if known else {one.name: self._first(one) for one in self._table.columns}
        wanted = set(self._keys)
        if known:
            wanted = {one for one in wanted if any(known.get(name) != NULL for name in one.columns)}
        refusals = 0
        while True:
            values = {**chosen, **dict(self._referring(chosen, wanted))}
            answer = self._probing.attempt(insert(Row(self._table, values, {})), keep=keep)
            if answer.passed and answer.rows:
                return _row(self._table, values, answer)
            refusals += ATTEMPTS // STUBBORN if answer.in_body else 1
            if answer.passed:
                return Answer(code=UNTRIED, said="a trigger or rule keeps the row out")
            if refusals >= ATTEMPTS or answer.broken:
                return answer
            self._vary(chosen, wanted, answer)

    def _referring(self, chosen: Mapping[str, Value], wanted: set[Reference]) -> Iterator[tuple[str, Value]]:
        """What foreign keys say: a parent's key, in the table itself the new row's own, or nothing."""
        for one in self._table.references:
            own = [chosen.get(name) for name in one.referenced]
            if one in wanted:
                yield from self._keys[one].items()
            elif one.parent == self._table.names and None not in own and not self._must.isdisjoint(one.columns):
                yield from zip(one.columns, own, strict=True)
            elif self._must.isdisjoint(one.columns):
                yield from ((name, NULL) for name in one.columns)

    def _vary(self, chosen: dict[str, Value], wanted: set[Reference], answer: Answer) -> None:
        """Other values for the columns that the server objects to; for all, where it does not say which."""
        named = self._table.about.get(answer.constraint, ())
        columns = [answer.column] if answer.column in chosen else [name for name in named if name in chosen]
        for name in columns or list(chosen):
            chosen[name] = self._other(self._choices[name])
        for one in self._keys:
            if self._must.isdisjoint(one.columns) and (not columns or not set(columns).isdisjoint(one.columns)):
                (wanted.discard if self._random.random() < OFTEN else wanted.add)(one)

    def _first(self, column: Column) -> Value:
        """What a column is tried with first."""
        choices = self._choices[column.name]
        match self._variant, column.category:
            case 2, "N" if column.has_default and PLENTY in choices:
                return PLENTY
            case 2, "N" if choices[-1] == NULL:
                return NULL
            case (2 | 4, "D") if not column.has_default:
                return choices[any(part in LASTING for part in column.name.split("_"))]
            case 3, _ if choices[-1] == NULL:
                return NULL
            case 4, "E":
                return choices[-1 if choices[-1] != NULL else -2]
            case 5, "D":
                return choices[0]
            case (variant, _) if variant >= ANYHOW and self._random.random() > USUALLY:
                return self._other(choices)
        return choices[0]

    def _other(self, choices: Sequence[Value]) -> Value:
        if choices[-1] == NULL and self._random.random() < OFTEN:
            return NULL
        return self._random.choice([one for one in choices if one is not None] or [None])


def insert(row: Row, changes: Mapping[str, Value] | None = None) -> str:
    """An INSERT of a row with some values changed, which gives its place and its columns back as text."""
    kept = "".join(f", {path((column.name,))}::text" for column in row.table.columns)
    returning = f"RETURNING tableoid::regclass::text, ctid::text{kept}"
    return f"{silently(row, changes)} {returning}; SET CONSTRAINTS ALL IMMEDIATE"


def silently(row: Row, changes: Mapping[str, Value] | None = None) -> str:
    """An INSERT that gives nothing back, for which a role need not see the row."""
    table, values = path(row.table.names), {**row.values, **(changes or {})}
    if not values:
        return f"INSERT INTO {table} DEFAULT VALUES"
    written = ", ".join("DEFAULT" if value is None else value for value in values.values())
    return f"INSERT INTO {table} ({listed(values)}) OVERRIDING SYSTEM VALUE VALUES ({written})"


def update(row: Row, changes: Mapping[str, Value], returning: str = "1") -> str:
    """An UPDATE of a row that is there; a value may be the name of a column."""
    written = ", ".join(f"{listed([column])} = {value}" for column, value in changes.items())
    table = path(row.table.names)
    return f"UPDATE {table} SET {written} WHERE {row.here} RETURNING {returning}; SET CONSTRAINTS ALL IMMEDIATE"


def delete(row: Row) -> str:
    """A DELETE of a row that is there."""
    return f"DELETE FROM {path(row.table.names)} WHERE {row.here} RETURNING 1; SET CONSTRAINTS ALL IMMEDIATE"


def judged(
    table: Table, rows: Sequence[Mapping[str, Value]], expressions: Sequence[str], probing: Probing
) -> tuple[tuple[bool | None, ...], ...]:
    """What the expressions, as they may stand in a constraint of the table, say of rows that need not be there.

    Nothing at all, where the server cannot tell: of a generated column, or of a value that its type refuses.
    """
    columns = {column.name: column.type for column in table.columns}
    typed = (", ".join(f"({row[one]})::{type_}" for one, type_ in columns.items()) for row in rows)
    asked = ", ".join(f"({one})" for one in expressions)
    values, name = ", ".join(f"({one})" for one in typed), path(table.names[-1:])
    return probing.attempt(f"select {asked} from (values {values}) as {name} ({listed(columns)})").rows


def _row(table: Table, values: Mapping[str, Value], answer: Answer) -> Row:
    relation, spot, *kept = answer.rows[0]
    stored = dict(zip((column.name for column in table.columns), kept, strict=True))
    return Row(table, values, stored, (relation, spot))


def spelled(stored: Mapping[str, str | None]) -> dict[str, Value]:
    """The values of a row as SQL has them."""
    return {column: written(text) for column, text in stored.items()}


def written(text: str | None) -> Value:
    """A value as SQL has it."""
    return NULL if text is None else literal(text)
