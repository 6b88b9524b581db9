"""Makes a schema of any size with the mix of a real application.  The same size gives the same schema, always."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, cycle, islice

import msgspec
import psycopg

ROLES = ("bench_reader", "bench_writer")
STATES = ("new", "open", "waiting", "done", "cancelled")
FIRST = (
    "parent_id {parent}",
    "name text NOT NULL",
    "state {schema}.state NOT NULL",
    "amount numeric(12,2)",
    "created_at timestamptz NOT NULL DEFAULT now()",
    "updated_at timestamptz",
    "settings jsonb",
)
"""The columns that every table has after its key."""
KEYS = ("id bigserial", "id bigint GENERATED ALWAYS AS IDENTITY", "id uuid")
"""What one table after the other has for a key."""
MORE = (
    "note{n} text",
    "count{n} integer NOT NULL DEFAULT 0",
    "ref{n} uuid",
    "label{n} varchar(40)",
    "flag{n} boolean NOT NULL DEFAULT false",
    "day{n} date",
    "price{n} numeric(10,2)",
    "tags{n} text[]",
)
"""The columns that follow, again and again."""

FIVE = """
ALTER TABLE app_000.t001 ALTER amount TYPE numeric(14,2);
ALTER TABLE app_000.t002 ADD CHECK (amount < 1000000);
DROP INDEX app_000.t003_parent_id_idx;
ALTER TABLE app_000.t004 ALTER created_at DROP DEFAULT;
COMMENT ON SCHEMA app_000 IS 'Another word.';
"""
"""Five changes to what was loaded."""


class Size(msgspec.Struct, frozen=True):
    """So many schemas of so many tables of so many columns, eight or more."""

    schemas: int
    tables: int
    columns: int

    def __str__(self) -> str:
        return f"{self.schemas} x {self.tables} x {self.columns}"


def load(conninfo: str, size: Size) -> None:
    """Fill the empty database of `conninfo`; the server has statistics of its catalogs then, as one in use has."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        for script in scripts(size):
            session.execute(script.encode())
        session.execute("VACUUM ANALYZE")


def scripts(size: Size) -> Iterator[str]:
    """The statements, in one text per schema and one before them all."""
    yield "".join(map(_role, ROLES))
    for number in range(size.schemas):
        yield ";\n".join(_schema(f"app_{number:03}", size))


def _role(name: str) -> str:
    return f"DO $$ BEGIN CREATE ROLE {name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n"


def _schema(schema: str, size: Size) -> Iterator[str]:
    yield f"CREATE SCHEMA {schema}"
    yield f"COMMENT ON SCHEMA {schema} IS 'One service of the application, with all its tables.'"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {', '.join(ROLES)}"
    yield f"CREATE TYPE {schema}.state AS ENUM ({', '.join(map(repr, STATES))})"
    yield _touch(schema)
    yield _total(schema)
    for number in range(size.tables):
        yield from _table(schema, number, size.columns)


def _touch(schema: str) -> str:
    return f"""CREATE FUNCTION {schema}.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END $$"""


def _total(schema: str) -> str:
    return f"""CREATE FUNCTION {schema}.vat(amount numeric, rate numeric DEFAULT 0.19) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$ SELECT round(amount * rate, 2) $$"""


def _table(schema: str, number: int, columns: int) -> Iterator[str]:
    table = f"{schema}.t{number:03}"
    inside = chain(_columns(schema, number, columns), _constraints(schema, number))
    yield f"CREATE TABLE {table} ({', '.join(inside)})"
    yield from _indexes(table, number)
    yield from _words(table, number, columns)
    yield from _security(table, number)
    if number % 3 == 0:
        yield f"CREATE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {schema}.touch()"
    if number % 10 == 0:
        yield f"CREATE VIEW {table}_open AS SELECT id, name, amount FROM {table} WHERE state <> 'done'"


def _columns(schema: str, number: int, columns: int) -> Iterator[str]:
    parent = "uuid" if number % 3 == 0 else "bigint"
    yield KEYS[number % 3]
    yield from (column.format(schema=schema, parent=parent) for column in FIRST)
    yield from _more(columns)


def _more(columns: int) -> Iterator[str]:
    for n, column in islice(enumerate(cycle(MORE)), columns - len(FIRST) - 1):
        yield column.format(n=n)


def _constraints(schema: str, number: int) -> Iterator[str]:
    yield "PRIMARY KEY (id)"
    if number % 5:
        yield f"FOREIGN KEY (parent_id) REFERENCES {schema}.t{number - 1:03} ON DELETE CASCADE"
    if number % 3 == 0:
        yield "CHECK (amount >= 0)"
    if number % 4 == 0:
        yield "UNIQUE (name, parent_id)"


def _indexes(table: str, number: int) -> Iterator[str]:
    if number % 5:
        yield f"CREATE INDEX ON {table} (parent_id)"
    match number % 6:
        case 1:
            yield f"CREATE INDEX ON {table} (created_at DESC) WHERE state = 'open'"
        case 3:
            yield f"CREATE INDEX ON {table} (lower(name))"
        case 5:
            yield f"CREATE INDEX ON {table} USING gin (settings)"


def _words(table: str, number: int, columns: int) -> Iterator[str]:
    """Comments on every sixth table, and there on the columns that not every table has."""
    if number % 6 == 0:
        yield f"COMMENT ON TABLE {table} IS 'What the application knows of thing {number}.'"
        yield f"COMMENT ON COLUMN {table}.state IS 'How far it is.'"
        for column in _more(columns):
            yield f"COMMENT ON COLUMN {table}.{column.split()[0]} IS 'A detail of thing {number}.'"


def _security(table: str, number: int) -> Iterator[str]:
    """Grants on every sixth table, row security on every fifth."""
    if number % 6 == 0:
        yield f"GRANT SELECT ON {table} TO {ROLES[0]}"
        yield f"GRANT INSERT, UPDATE ON {table} TO {ROLES[1]}"
    if number % 5 == 0:
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"CREATE POLICY own ON {table} FOR SELECT TO {ROLES[0]} USING (name = current_user)"
