"""A column added NOT NULL without a default fails on a table that has rows (23502).

The rows that are there would have no value.  The server finds that out after it has looked at the table, under a lock
that stops readers and writers; on an empty test database it passes.

Add the column so that it may be empty, or with a default; fill it; then have it NOT NULL.
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.types import Domain
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.named import commands, constraints_of, definition, shown, there, typed
from seachange.checks.preflight import written_before
from seachange.checks.typed import is_serial, type_of
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CONSTR_DEFAULT,
    CONSTR_GENERATED,
    CONSTR_IDENTITY,
    CONSTR_NOTNULL,
    CONSTR_PRIMARY,
    AT_AddColumn,
)
from seachange.sql.quote import literal, name


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    for command in commands(statement, AT_AddColumn):
        table, column = around.world.path(statement.relation), definition(command)
        if not there(around.world, table) or not _required(column, around.world):
            continue
        if command.missing_ok and around.world.column(table, column.colname):
            continue
        rows = around.sizes[table].rows if table in around.sizes else -1
        yield Remark(
            message=f"{spelled((*table, column.colname))} must not be empty, and rows that are there have no value.",
            about=spelled((*table, column.colname)),
            at=column,
            advice="Add it so that it may be empty, fill it, then have it NOT NULL.",
            safe=_steps(table, column, around.world),
            asks=_question(table, column.colname) if _open(around, table, rows) else None,
        )


def _required(column: Any, world: World) -> bool:
    must = any(constraints_of(column, CONSTR_NOTNULL, CONSTR_PRIMARY))
    given = any(constraints_of(column, CONSTR_DEFAULT, CONSTR_GENERATED, CONSTR_IDENTITY))
    if given or is_serial(column.type_name):
        return False
    domain = typed(column.type_name, world, "domain")
    fact = world.get(domain) if domain else None
    if isinstance(fact, Domain):
        return fact.default is None and (must or fact.not_null)
    return must


def _open(around: Around, table: Path, rows: int) -> bool:
    """Whether only the database tells if the table has rows."""
    return around.world.known and rows <= 0 and not written_before(around, table)


def _question(table: Path, column: str) -> Question:
    about = spelled((*table, column))
    message = f"{spelled(table)} has rows, which would have no value in {name(column)}."
    return Question(f"select {literal(about)}, {literal(message)} where exists (select from {shown(table)})")


def _steps(table: Path, column: Any, world: World) -> str:
    type = type_of(column.type_name, world)
    return f"ALTER TABLE {spelled(table)} ADD COLUMN {name(column.colname)} {type};" if type else ""


CHECK = Check(
    name="required-column-no-default",
    code="CO01",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.SIZES}),
    summary="columns that must have a value, and get none",
    kinds=("AT_AddColumn",),
    statement=_look,
    same_as=("squawk adding-required-field", "atlas MF103", "pgfence add-column-not-null-no-default"),
)
