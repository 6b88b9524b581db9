"""SET NOT NULL fails on a table where a row has NULL there (23502), after it has read the table under a lock.

A primary key asks the same of its columns.  Where a valid CHECK (column IS NOT NULL) is there, the server believes it
and reads nothing.

Look for such rows first, and fill them; the answer of the query here is whether there are any.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.named import commands, definition, is_new_column, strings, there
from seachange.checks.preflight import askable, first_fault
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_NOTNULL, CONSTR_PRIMARY, AlterTableStmt, AT_AddConstraint, AT_SetNotNull
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    for command in commands(statement, AT_SetNotNull, AT_AddConstraint):
        table = around.world.path(statement.relation)
        if not there(around.world, table):
            continue
        for column in _columns(command):
            yield from _asked(table, column, around)


def _columns(command: Any) -> Iterator[str]:
    if command.subtype == AT_SetNotNull:
        yield command.name
        return
    constraint = definition(command)
    if constraint.contype == CONSTR_PRIMARY or (
        constraint.contype == CONSTR_NOTNULL and not constraint.skip_validation
    ):
        yield from strings(constraint.keys)


def _asked(table: Path, column: str, around: Around) -> Iterator[Remark]:
    about, known = spelled((*table, column)), around.world.column(table, column)
    if is_new_column(around.world, table, column) or (known and known.not_null) or _proved(around.world, table, column):
        return
    if not around.world.known:
        if not any(_asks(each) for each in around.earlier):
            yield _remark(table, column, "Whether a row has NULL there, only the database knows.")
    elif askable(around, table, [column]):
        message = f"Rows of {spelled(table)} have NULL in {name(column)}."
        asks = first_fault(table, f"{name(column)} is null", message)
        yield Remark(
            message=f"A row that has NULL in {about} stops this.",
            about=about,
            advice="Fill it first.",
            safe=_empty(table, column),
            asks=asks,
        )


def _asks(written: Written) -> bool:
    return isinstance(written.node, AlterTableStmt) and any(commands(written.node, AT_SetNotNull))


def _remark(table: Path, column: str, message: str) -> Remark:
    return Remark(
        message=message,
        about=spelled((*table, column)),
        advice="Ask before this is run.",
        safe=f"SELECT count(*) FROM {spelled(table)} WHERE {name(column)} IS NULL;",
        verdict=Verdict.UNKNOWN,
    )


def _empty(table: Path, column: str) -> str:
    return f"SELECT * FROM {spelled(table)} WHERE {name(column)} IS NULL;"


def _proved(world: World, table: Path, column: str) -> bool:
    """Whether a CHECK that was proved says so already."""
    wanted = f"({name(column)} IS NOT NULL)"
    return any(
        one.type == "check"
        and one.validated
        and one.enforced
        and wanted in f"({one.expression})"
        and " OR " not in str(one.expression)
        for one in world.constraints(table)
    )


CHECK = Check(
    name="not-null-violations",
    code="CO02",
    severity=Severity.ERROR,
    needs=frozenset({Needs.DATA}),
    summary="SET NOT NULL where rows have NULL",
    kinds=("AT_SetNotNull", "AT_AddConstraint"),
    statement=_look,
    same_as=("atlas MF104",),
)
