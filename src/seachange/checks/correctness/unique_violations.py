"""A unique index or constraint fails on a table that has the same key twice (23505).

The table is read and sorted first, so the failure comes late.  CREATE UNIQUE INDEX CONCURRENTLY leaves an index behind
that is not valid: it is in nobody's use, but is written by every INSERT.

Look for keys that are there twice; decide which row stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks, Verdict
from seachange.checks.named import commands, definition, shown, strings, there
from seachange.checks.preflight import askable, mentioned_columns
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_PRIMARY, CONSTR_UNIQUE, AlterTableStmt, AT_AddConstraint, IndexStmt
from seachange.sql.quote import literal, name
from seachange.sql.tree import text


class _Key(Struct, frozen=True):
    """What must not be there twice: expressions as SQL, the columns they need, and of which rows."""

    parts: tuple[str, ...]
    columns: tuple[str, ...]
    where: str = ""
    distinct_nulls: bool = True


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    for key in _keys(statement):
        table = around.world.path(statement.relation)
        if not there(around.world, table) or _kept_already(around.world, table, key):
            continue
        if not around.world.known:
            yield from _unknown(table, key, around)
        elif askable(around, table, key.columns):
            about = spelled(table)
            yield Remark(
                message=f"A key ({', '.join(key.parts)}) that is in {about} twice stops this.",
                about=about,
                advice="Decide which of the rows with the same key stays.",
                safe=_query(table, key),
                asks=_question(table, key),
            )


def _keys(statement: Any) -> Iterator[_Key]:
    match statement:
        case IndexStmt() if statement.unique:
            elements = [each.index_elem for each in statement.index_params]
            parts = tuple(name(one.name) if one.name else f"({text(one.expr)})" for one in elements)
            used = [column for one in elements for column in _needed(one)]
            where = text(statement.where_clause) if statement.HasField("where_clause") else ""
            of_where = mentioned_columns(statement.where_clause) if where else ()
            yield _Key(parts, (*used, *of_where), where, not statement.nulls_not_distinct)
        case AlterTableStmt():
            for command in commands(statement, AT_AddConstraint):
                one = definition(command)
                if one.contype in (CONSTR_UNIQUE, CONSTR_PRIMARY) and not one.indexname:
                    columns = strings(one.keys)
                    yield _Key(tuple(map(name, columns)), columns, distinct_nulls=not one.nulls_not_distinct)


def _needed(element: Any) -> tuple[str, ...]:
    return (element.name,) if element.name else mentioned_columns(element.expr)


def _kept_already(world: World, table: Path, key: _Key) -> bool:
    """Whether a unique index of fewer or the same columns sees to it."""
    return key.distinct_nulls and any(
        index.unique
        and index.valid
        and not index.predicate
        and all(index.columns)
        and {*index.columns} <= {*key.columns}
        and len(key.columns) == len(key.parts)
        for index in world.indexes(table)
    )


def _unknown(table: Path, key: _Key, around: Around) -> Iterator[Remark]:
    if not any(any(_keys(each.node)) for each in around.earlier):
        yield Remark(
            message=f"Whether {spelled(table)} has a key twice, only the database knows.",
            about=spelled(table),
            advice="Ask before this is run.",
            safe=_query(table, key),
            verdict=Verdict.UNKNOWN,
        )


def _query(table: Path, key: _Key) -> str:
    where = f" WHERE {key.where}" if key.where else ""
    parts = ", ".join(key.parts)
    grouped = f"GROUP BY {_numbers(key)} HAVING count(*) > 1"
    return f"SELECT {parts}, count(*) FROM {spelled(table)}{where} {grouped};"


def _numbers(key: _Key) -> str:
    return ", ".join(str(number) for number in range(1, len(key.parts) + 1))


def _question(table: Path, key: _Key) -> Question:
    present = [f"{part} is not null" for part in key.parts] if key.distinct_nulls else []
    where = " and ".join([*present, *([f"({key.where})"] if key.where else [])])
    message = f"{spelled(table)} has the same ({', '.join(key.parts)}) in several rows."
    return Question(
        f"select {literal(spelled(table))}, {literal(message)} from {shown(table)}"
        f"{' where ' + where if where else ''} group by {', '.join(key.parts)} having count(*) > 1 limit 1"
    )


CHECK = Check(
    name="unique-violations",
    code="CO03",
    severity=Severity.ERROR,
    needs=frozenset({Needs.DATA}),
    summary="unique keys that rows have twice",
    kinds=("IndexStmt", "AT_AddConstraint"),
    statement=_look,
    same_as=("atlas MF101",),
)
