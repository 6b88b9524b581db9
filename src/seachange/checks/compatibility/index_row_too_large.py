"""A value is too long for a B-tree, which takes 2,704 bytes of a row at most.

Building the index stops at the first such row, after all the work before it: 54000.  Later, an INSERT with a long
value is refused in the same way.  Values are compressed first, so that a long text of few different words may pass
and a short one of random letters not.

Index a hash of it, md5(body), or its beginning, left(body, 500); for words in it, use a GIN index.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.columns import plain
from seachange.checks.objects import commands, given, strings
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    AlterTableStmt,
    AT_AddConstraint,
    IndexStmt,
)
from seachange.sql.quote import literal, name, path

_LONG = frozenset({"text", "character varying", "bytea", "jsonb", "name"})
_MOST = 2704
_ENOUGH = 600
"""A length in the type up to which no value is too long, four bytes a letter."""


def _look(written: Written, around: Around) -> Remarks:
    world = around.world
    for table, columns in _indexed(written.node, world):
        long = [each for each in columns if _may_be_long(table, each, world)]
        if long and world.known and world.at(table) is not None and not world.is_new(table):
            yield _remark(table, long)


def _indexed(node: Message | None, world: World) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    match node:
        case IndexStmt() if node.access_method == "btree":
            yield world.path(node.relation), tuple(str(each.index_elem.name) for each in node.index_params)
        case AlterTableStmt():
            for command in commands(node):
                if command.subtype == AT_AddConstraint and _is_unique(given(command)):
                    yield world.path(node.relation), strings(given(command).keys)


def _is_unique(constraint: Any) -> bool:
    return constraint.contype in (CONSTR_PRIMARY, CONSTR_UNIQUE) and not constraint.indexname


def _may_be_long(table: tuple[str, ...], column: str, world: World) -> bool:
    fact = world.column(table, column)
    if fact is None or (plain(fact.type) not in _LONG and "[]" not in fact.type):
        return False
    length = fact.type.partition("(")[2].partition(")")[0]
    return not length or int(length) > _ENOUGH


def _remark(table: tuple[str, ...], columns: list[str]) -> Remark:
    size = " + ".join(f"coalesce(pg_column_size({name(each)}), 0)" for each in columns)
    what = spelled((*table, columns[0])) if len(columns) == 1 else spelled(table)
    return Remark(
        message=f"{what} has a value that is too long for an index row of {_MOST} bytes (54000).",
        about=what,
        advice="Index a hash of it, or its beginning.",
        asks=Question(
            f"SELECT {literal(what)}, 'There is a value that is too long for the index.' "
            f"WHERE EXISTS (SELECT FROM {path(table)} WHERE {size} > {_MOST})"
        ),
    )


CHECK = Check(
    name="index-row-too-large",
    code="CM21",
    severity=Severity.ERROR,
    needs=frozenset({Needs.DATA}),
    summary="indexes over values that are too long",
    kinds=("IndexStmt", "AT_AddConstraint"),
    statement=_look,
)
