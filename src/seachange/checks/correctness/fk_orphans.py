"""A foreign key fails on rows that refer to something that is not there (23503).

That is found when the key is added, or when one that was added NOT VALID is validated, after both tables were read.

Look for such rows first; keep them in a table of their own, delete them, or make what they refer to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks, Verdict
from seachange.checks.named import commands, definition, known_column, shown, strings, there
from seachange.checks.preflight import askable, written_before
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_FOREIGN, AT_AddConstraint, AT_ValidateConstraint
from seachange.sql.quote import literal, name


class _Key(Struct, frozen=True):
    """A foreign key that is about to be held against the rows."""

    columns: tuple[str, ...]
    parent: Path
    referenced: tuple[str, ...]
    full: bool = False


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    for command in commands(statement, AT_AddConstraint, AT_ValidateConstraint):
        table = around.world.path(statement.relation)
        key = _key(command, table, around.world)
        if key is None or not there(around.world, table):
            continue
        if not around.world.known:
            yield from _unknown(table, key, around)
        elif _tellable(table, key, around):
            yield _remark(table, key)


def _key(command: Any, table: Path, world: World) -> _Key | None:
    if command.subtype == AT_ValidateConstraint:
        fact = world.get(Ref("table constraint", (*table, command.name)))
        if isinstance(fact, TableConstraint) and fact.references and not fact.validated:
            return _Key(fact.columns, fact.references, fact.referenced_columns, fact.match == "full")
        return None
    one = definition(command)
    if one.contype != CONSTR_FOREIGN or one.skip_validation or not one.is_enforced:
        return None
    parent = world.path(one.pktable)
    return _Key(
        strings(one.fk_attrs), parent, strings(one.pk_attrs) or _primary(world, parent), one.fk_matchtype == "f"
    )


def _primary(world: World, table: Path) -> tuple[str, ...]:
    return next((one.columns for one in world.constraints(table) if one.type == "primary key"), ())


def _tellable(table: Path, key: _Key, around: Around) -> bool:
    parent = len(key.referenced) == len(key.columns) and not written_before(around, key.parent)
    there = all(known_column(around.world, key.parent, column) for column in key.referenced)
    return parent and there and askable(around, table, key.columns)


def _unknown(table: Path, key: _Key, around: Around) -> Iterator[Remark]:
    if not any(_adds(each) for each in around.earlier):
        yield Remark(
            message=f"Whether rows of {spelled(table)} refer to what is not in {spelled(key.parent)}, only the database"
            " knows.",
            about=spelled(table),
            advice="Ask before this is run.",
            safe=_query(table, key) if key.referenced else "",
            verdict=Verdict.UNKNOWN,
        )


def _adds(written: Written) -> bool:
    return any(definition(each).contype == CONSTR_FOREIGN for each in commands(written.node, AT_AddConstraint))


def _remark(table: Path, key: _Key) -> Remark:
    return Remark(
        message=f"A row of {spelled(table)} that refers to nothing in {spelled(key.parent)} stops this.",
        about=spelled(table),
        advice="Keep such rows in a table of their own, or delete them.",
        safe=_query(table, key),
        asks=_question(table, key),
    )


def _condition(key: _Key) -> str:
    """A row of c that refers to nothing: all columns have values, and none of the parent's rows has them."""
    together = " OR " if key.full else " AND "
    given = together.join(f"c.{name(column)} IS NOT NULL" for column in key.columns)
    same = " AND ".join(
        f"p.{name(one)} = c.{name(other)}" for one, other in zip(key.referenced, key.columns, strict=True)
    )
    return f"({given}) AND NOT EXISTS (SELECT FROM {shown(key.parent)} p WHERE {same})"


def _query(table: Path, key: _Key) -> str:
    return f"SELECT * FROM {shown(table)} c WHERE {_condition(key)};"


def _question(table: Path, key: _Key) -> Question:
    message = f"Rows of {spelled(table)} refer to what is not in {spelled(key.parent)}."
    return Question(
        f"select {literal(spelled(table))}, {literal(message)} where exists"
        f" (select from {shown(table)} c where {_condition(key)})"
    )


CHECK = Check(
    name="fk-orphans",
    code="CO04",
    severity=Severity.ERROR,
    needs=frozenset({Needs.DATA}),
    summary="foreign keys that rows break",
    kinds=("AT_AddConstraint", "AT_ValidateConstraint"),
    statement=_look,
)
