"""A table made in place of one that is missing: what the script needs of it, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from seachange.catalog.facts.relations import Schema
from seachange.repairs import shapes
from seachange.repairs.case import Case
from seachange.repairs.places import is_table, place
from seachange.repairs.references import Reference, references
from seachange.repairs.refusal import Refusal
from seachange.sql.quote import listed, literal
from seachange.sql.quote import name as quoted
from seachange.sql.quote import path as spelled
from seachange.sql.relations import Name

ABSENT = frozenset({"3F000", "42P01", "42883", "42704"})
"""Where this is said against a try, it does not speak against the stand-in."""


def needed(case: Case, wanted: Name) -> tuple[Reference, ...]:
    """The foreign keys to a missing table in this statement and in those behind it."""
    found = (references(case, one.text, one.node) for one in (case.line, *case.later) if one.text)
    return tuple(each for keys in found for each in keys if each.target == wanted)


def stand_in(case: Case, wanted: Name, keys: Sequence[Reference]) -> tuple[str, ...]:
    """The statements that make it: its schema, the table, and rows for the values that refer to it already."""
    read = shapes.read(shapes.uses(case, wanted), wanted)
    guesses = {column: shapes.guesses(case, column, compared) for column, compared in read.items()}
    key, types = _key(case, keys, guesses)
    schema = _schema(case, wanted)
    rows = tuple(_rows(case, wanted, key, keys))
    for turn in range(4):
        columns = {column: found[min(turn, len(found) - 1)] for column, found in guesses.items()} | types
        made = (*schema, _table(wanted, columns, key), _comment(wanted))
        tried = case.copy.what_if((*made, *rows, case.text))
        if not isinstance(tried, Refusal) or tried.code in ABSENT:
            break
    return (*made, *rows)


def _schema(case: Case, wanted: Name) -> tuple[str, ...]:
    missing = len(wanted) > 1 and not any(one.names == wanted[:1] for one in case.catalog.of(Schema))
    return (f"CREATE SCHEMA {quoted(wanted[0])}",) if missing else ()


def _key(
    case: Case, keys: Sequence[Reference], guesses: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """The primary key with the types of its columns, as foreign keys to it have them."""
    usual = "id" if not guesses or "id" in guesses else next(iter(guesses))
    for one in keys:
        key = one.keys or (usual,)
        if len(key) == len(one.columns):
            return key, {column: kind or "uuid" for column, kind in zip(key, one.types, strict=True)}
    return (usual,), {} if usual in guesses else {usual: shapes.usual_key(case)}


def _table(wanted: Name, columns: Mapping[str, str], key: Sequence[str]) -> str:
    first = {column: columns[column] for column in key}
    lines = [f"    {quoted(column)} {kind}" for column, kind in (first | dict(columns)).items()]
    elements = ",\n".join([*lines, f"    PRIMARY KEY ({listed(key)})"])
    return f"CREATE TABLE {spelled(wanted)} (\n{elements}\n)"


def _comment(wanted: Name) -> str:
    told = "Stands in for a table that was not here when a script was adapted. It has the columns that the script uses."
    return f"COMMENT ON TABLE {spelled(wanted)} IS {literal(told)}"


def _rows(case: Case, wanted: Name, key: Sequence[str], keys: Sequence[Reference]) -> Iterator[str]:
    """Rows for what refers to it already, in tables that are there."""
    for one in keys:
        table = place(case, one.table)
        if not is_table(case.catalog, table) or (one.keys or tuple(key)) != tuple(key):
            continue
        own = listed(one.columns)
        there = " AND ".join(f"{quoted(column)} IS NOT NULL" for column in one.columns)
        found = f"SELECT DISTINCT {own} FROM {spelled(one.table)} WHERE {there}"
        yield f"INSERT INTO {spelled(wanted)} ({listed(key)})\n{found}\nON CONFLICT DO NOTHING"
