"""DEFAULT 'now'::timestamptz is the moment of the migration for every row, for ever.

A string is made a time when the default is defined, not when a row comes: 'now', 'today', 'tomorrow' and 'yesterday'
are read then, and the constant is kept.  The same in a CHECK, a view or the condition of an index.

Call the function: now(), CURRENT_DATE.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts.relations import DefaultValue
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition, strings
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CONSTR_DEFAULT,
    A_Const,
    AlterTableStmt,
    AT_AddColumn,
    AT_ColumnDefault,
    CreateStmt,
    TypeCast,
)
from seachange.sql.quote import literal
from seachange.sql.tree import expression, inner

_WORDS = {
    "now": "now()",
    "today": "CURRENT_DATE",
    "tomorrow": "CURRENT_DATE + 1",
    "yesterday": "CURRENT_DATE - 1",
}
_TIMES = frozenset({"timestamptz", "timestamp", "date", "timetz", "time"})
_SPELLED = ("timestamp", "date", "time")


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case CreateStmt() as statement:
            table = around.world.place(statement.relation)
            columns = [each.column_def for each in statement.table_elts if each.HasField("column_def")]
        case AlterTableStmt() as statement:
            table = around.world.path(statement.relation)
            columns = [definition(command) for command in commands(statement, AT_AddColumn)]
            for command in commands(statement, AT_ColumnDefault):
                known = around.world.column(table, command.name)
                timed = bool(known and known.type.startswith(_SPELLED))
                if command.HasField("def"):
                    yield from _told(definition(command), (*table, command.name), timed=timed)
        case _:
            return
    for column in columns:
        timed = strings(column.type_name.names)[-1] in _TIMES
        for each in column.constraints:
            if each.constraint.contype == CONSTR_DEFAULT:
                yield from _told(each.constraint.raw_expr, (*table, column.colname), timed=timed)


def _told(default: Any, column: tuple[str, ...], *, timed: bool) -> Iterator[Remark]:
    word = _frozen(inner(default), timed=timed)
    if word:
        *table, last = column
        yield Remark(
            message=f"{spelled(column)} gets the moment of the migration in every row: {literal(word)} is read once.",
            about=spelled(column),
            at=inner(default),
            advice="Call the function.",
            safe=f"ALTER TABLE {spelled(tuple(table))} ALTER COLUMN {last} SET DEFAULT {_WORDS[word]};",
        )


def _frozen(node: Any, *, timed: bool) -> str:
    """The word that is read when the default is defined; empty where there is none."""
    if isinstance(node, TypeCast) and strings(node.type_name.names)[-1] in _TIMES:
        return _frozen(inner(node.arg), timed=True)
    if timed and isinstance(node, A_Const) and node.HasField("sval"):
        word = node.sval.sval.strip().lower()
        return word if word in _WORDS else ""
    return ""


def _state(state: State) -> Remarks:
    """A constant with fractions of a second is the moment at which somebody said 'now'."""
    for default in state.catalog.of(DefaultValue):
        column = World(state.catalog).column(default.names[:-1], default.names[-1])
        node = expression(default.expression) if column and column.type.startswith("timestamp") else None
        if isinstance(node, TypeCast) and isinstance(inner(node.arg), A_Const) and "." in inner(node.arg).sval.sval:
            yield Remark(
                message=f"{spelled(default.names)} gets the same moment in every row: {inner(node.arg).sval.sval}.",
                about=spelled(default.names),
                advice="Call the function.",
                safe=f"ALTER TABLE {spelled(default.names[:-1])} ALTER COLUMN {default.names[-1]} SET DEFAULT now();",
            )


CHECK = Check(
    name="frozen-now-default",
    code="CO34",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="defaults that stand still",
    kinds=("CreateStmt", "AT_AddColumn", "AT_ColumnDefault"),
    statement=_look,
    state=_state,
)
