"""States for property tests: any two of them are of one family, so that each is an edit of the other.

Rows of one fit into every other: what comes NOT NULL has a default, and no value is refused by any check or type.
"""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st
from msgspec import Struct

TABLES = ("t0", "t1", "t2")
TYPES = {
    "n": ("integer", "bigint", "numeric(10,2)", "text", "varchar(20)"),
    "m": ("smallint", "integer", "text"),
    "e": ("app.mood", "text"),
    "d": ("date", "timestamptz", "text"),
    "g": ("integer[]", "text[]"),
}
VALUES = {"n": "'7'", "m": "'8'", "e": "'calm'", "d": "'2024-01-01'", "g": "'{1,2}'"}
LABELS = (
    ("calm",),
    ("calm", "glad"),
    ("glad", "calm"),
    ("sad", "calm", "glad"),
    ("calm", "sad"),
)
FUNCTIONS = (
    "create function app.f(i bigint) returns bigint language sql immutable as 'select i'",
    "create function app.f(i bigint) returns bigint language sql immutable as 'select i + 1'",
    "create function app.f(i bigint, j int default 1) returns bigint language sql immutable as 'select i + j'",
    "create function app.f(i bigint) returns numeric language sql stable as 'select i::numeric'",
    "create function app.f(i bigint) returns bigint language plpgsql immutable as 'begin return i; end'",
)
CHECKS = ("length({}::text) < 100", "app.f(1) > -100", "{} is not null or id > 0")


class Column(Struct, frozen=True):
    type: int
    default: bool
    not_null: bool
    comment: bool


class Table(Struct, frozen=True):
    """A table; `check`, `index` and `policy` tell which of several, 0 for none."""

    columns: dict[str, Column]
    refers_to: int
    partitions: int
    check: int
    index: int
    policy: int
    unique: bool
    trigger: bool
    generated: bool
    comment: bool


class State(Struct, frozen=True):
    """All that is in the schema `app`."""

    tables: dict[str, Table]
    labels: int
    function: int
    views: int
    barrier: bool
    grants: bool

    def script(self) -> str:
        return ";\n".join(_statements(self)) + ";"

    def rows(self) -> str:
        return "".join(_insert(name, table) for name, table in self.tables.items())


columns = st.builds(
    Column, type=st.integers(0, 9), default=st.booleans(), not_null=st.booleans(), comment=st.booleans()
)
tables = st.builds(
    Table,
    columns=st.dictionaries(st.sampled_from(sorted(TYPES)), columns, max_size=4),
    refers_to=st.integers(0, len(TABLES)),
    partitions=st.sampled_from((0, 0, 0, 1, 2)),
    check=st.integers(0, len(CHECKS)),
    index=st.integers(0, 3),
    policy=st.integers(0, 2),
    unique=st.booleans(),
    trigger=st.booleans(),
    generated=st.booleans(),
    comment=st.booleans(),
)
states = st.builds(
    State,
    tables=st.dictionaries(st.sampled_from(TABLES), tables, max_size=3),
    labels=st.integers(0, len(LABELS) - 1),
    function=st.integers(0, len(FUNCTIONS) - 1),
    views=st.integers(0, 3),
    barrier=st.booleans(),
    grants=st.booleans(),
)


def _statements(state: State) -> Iterator[str]:
    yield "create schema app"
    yield f"create type app.mood as enum ({', '.join(map(repr, LABELS[state.labels]))})"
    yield FUNCTIONS[state.function]
    yield "create function app.touch() returns trigger language plpgsql as 'begin return new; end'"
    for name, table in state.tables.items():
        yield from _table(name, table)
    for name, table in state.tables.items():
        yield from _around(name, table, state)
    yield from _views(state)
    if state.grants:
        yield from (f"grant select on app.{name} to public" for name in state.tables)


def _table(name: str, table: Table) -> Iterator[str]:
    clauses = ["id int primary key", "r int"]
    clauses += [f"{column} {_clause(column, one)}" for column, one in sorted(table.columns.items())]
    if table.generated:
        clauses.append("twice int generated always as (id * 2) stored")
    partitioned = " partition by range (id)" if table.partitions else ""
    yield f"create table app.{name} ({', '.join(clauses)}){partitioned}"
    for number in range(table.partitions):
        bounds = f"from ({number * 100}) to ({number * 100 + 100})"
        yield f"create table app.{name}_{number} partition of app.{name} for values {bounds}"


def _clause(name: str, column: Column) -> str:
    type = TYPES[name][column.type % len(TYPES[name])]
    default = f" default {VALUES[name]}" if column.default or column.not_null else ""
    return f"{type}{default}{' not null' if column.not_null else ''}"


def _around(name: str, table: Table, state: State) -> Iterator[str]:
    first = min(table.columns, default="r")
    if table.check:
        yield f"alter table app.{name} add constraint sane check ({CHECKS[table.check - 1].format(first)})"
    if table.unique:
        yield f"alter table app.{name} add unique (id, r)"
    if table.index:
        where = ("", " where id > 5", " include (r)")[table.index - 1]
        yield f"create index {name}_index on app.{name} ({first}, id){where}"
    target = ("", *TABLES)[table.refers_to]
    if target in state.tables:
        yield f"alter table app.{name} add constraint refers foreign key (r) references app.{target}"
    if table.trigger:
        yield f"create trigger touch before update on app.{name} for each row execute function app.touch()"
    if table.policy:
        yield f"alter table app.{name} enable row level security"
        yield f"create policy part on app.{name} using ({('app.f(id) > 0', f'{first} is not null')[table.policy - 1]})"
    yield from _comments(name, table)


def _comments(name: str, table: Table) -> Iterator[str]:
    if table.comment:
        yield f"comment on table app.{name} is 'of {len(table.columns)}'"
    for column, one in table.columns.items():
        if one.comment:
            yield f"comment on column app.{name}.{column} is 'of type {one.type}'"


def _views(state: State) -> Iterator[str]:
    """Views on views, over the first table."""
    if not state.tables or not state.views:
        return
    name = min(state.tables)
    listed = ", ".join(["id", *sorted(state.tables[name].columns)])
    barrier = " with (security_barrier)" if state.barrier else ""
    yield f"create view app.a_view{barrier} as select {listed} from app.{name} where id > 0"
    if state.views > 1:
        yield "create view app.other_view as select *, app.f(id) as f from app.a_view"
    if state.views > 2:
        yield "create materialized view app.kept_view as select * from app.other_view"


def _insert(name: str, table: Table) -> str:
    named = ["id", *sorted(table.columns)]
    values = (", ".join([str(number), *(VALUES[column] for column in sorted(table.columns))]) for number in (1, 2))
    return f"insert into app.{name} ({', '.join(named)}) values " + ", ".join(f"({row})" for row in values) + ";"
