"""A sequence that is dropped or set back forgets which numbers it has given.

The next rows get numbers that are taken, which fails where the column is unique, and is worse where it is not.  An
ALTER SEQUENCE … RESTART waits for nobody who has already taken a number.

Note where the sequence stands before it goes.  Set it to the largest number in the column, not to a number that was
right when the script was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.named import commands, definition, dropped, relation, shown, there
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_SEQUENCE,
    A_Const,
    AlterSeqStmt,
    AlterTableStmt,
    AT_SetIdentity,
    DropStmt,
    FuncCall,
    SelectStmt,
)
from seachange.sql.quote import literal, unquoted
from seachange.sql.tree import inner, walk

_DROPPED, _SET = ("squawk ban-drop-sequence",), ("squawk ban-alter-sequence-values",)


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case DropStmt() as statement if statement.remove_type == OBJECT_SEQUENCE:
            gone = [each for each in dropped(statement, around.world) if there(around.world, each)]
            yield from map(_dropped, map(spelled, gone))
        case AlterSeqStmt() as statement if _restarted(statement.options):
            sequence = around.world.path(statement.sequence)
            if there(around.world, sequence):
                yield _restarts(f"The sequence {spelled(sequence)}", spelled(sequence))
        case AlterTableStmt() as statement:
            yield from _identities(statement, around)
        case SelectStmt() as statement if "setval" in written.sql.lower():
            yield from _set(statement, around)


def _identities(statement: Any, around: Around) -> Iterator[Remark]:
    table = around.world.path(statement.relation)
    for command in commands(statement, AT_SetIdentity):
        if there(around.world, table) and _restarted(definition(command).items):
            column = spelled((*table, command.name))
            yield _restarts(f"The sequence of {column}", column)


def _restarted(options: Any) -> bool:
    return any(each.def_elem.defname == "restart" for each in options)


def _dropped(sequence: str) -> Remark:
    return Remark(
        message=f"With the sequence {sequence} goes the knowledge of which numbers were given.",
        about=sequence,
        advice="Note where it stands before it is dropped.",
        safe=f"SELECT last_value, is_called FROM {sequence};",
        same_as=_DROPPED,
    )


def _restarts(what: str, about: str) -> Remark:
    return Remark(
        message=f"{what} starts again, and may give numbers that are taken.",
        about=about,
        advice="Set it to the largest number that is taken: setval(sequence, max(column)).",
        same_as=_SET,
    )


def _set(node: Any, around: Around) -> Iterator[Remark]:
    for call in walk(node):
        if isinstance(call, FuncCall) and call.funcname[-1].string.sval == "setval" and len(call.args) > 1:
            name, value = (inner(arg) for arg in call.args[:2])
            if _is(name, "sval") and _is(value, "ival"):
                yield from _set_to(name.sval.sval, value.ival.ival, around)


def _is(node: Any, field: str) -> bool:
    return isinstance(node, A_Const) and node.HasField(field)


def _set_to(written: str, value: int, around: Around) -> Iterator[Remark]:
    sequence = around.world.path(relation(unquoted(written)))
    if not there(around.world, sequence):
        return
    message = f"{spelled(sequence)} is set to {value}, whatever it has come to."
    asked = f"select {literal(spelled(sequence))}, {literal(message)} from {shown(sequence)} where last_value > {value}"
    yield Remark(
        message=message,
        about=spelled(sequence),
        advice="Set it to the largest number that is taken: setval(sequence, max(column)).",
        asks=Question(asked) if around.world.known else None,
    )


CHECK = Check(
    name="drop-sequence-or-restart",
    code="DL08",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.DATA}),
    summary="sequences that are dropped or set back",
    kinds=("DropStmt", "AlterSeqStmt", "AT_SetIdentity", "SelectStmt"),
    statement=_look,
    same_as=("squawk ban-drop-sequence", "squawk ban-alter-sequence-values"),
)
