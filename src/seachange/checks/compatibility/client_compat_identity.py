"""A column that becomes an identity column, or no longer is one, takes other values than programs send.

GENERATED ALWAYS refuses each INSERT that gives the column a value, with 428C9, unless it says OVERRIDING SYSTEM
VALUE. ADD GENERATED makes a new sequence that begins at 1, whatever is in the column: the next rows meet keys that
are there. DROP IDENTITY leaves the column without any value of its own: an INSERT that does not name it is refused as
NULL.

Set the sequence to where the column is, in the same transaction; stay with BY DEFAULT until no program gives values.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import commands, given, is_new, named
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterTableCmd, AlterTableStmt, AT_AddIdentity, AT_DropIdentity, AT_SetIdentity

_ALWAYS = ord("a")


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, AlterTableStmt)
    table = named("table", statement.relation, around.world)
    if is_new(around.world, table):
        return
    for command in commands(statement):
        column = spelled((*table.names, command.name))
        for message in _said(command, column):
            yield Remark(
                message=message,
                about=column,
                advice="Change it when no program relies on how it is, and set the sequence in the same transaction.",
            )


def _said(command: AlterTableCmd, column: str) -> Iterator[str]:
    if command.subtype == AT_AddIdentity:
        yield f"The sequence of {column} begins at 1, whatever values are there."
    elif command.subtype == AT_DropIdentity:
        yield f"{column} has no value of its own any more where an INSERT gives none."
    elif command.subtype == AT_SetIdentity and _is_always(command):
        yield f"An INSERT that gives {column} a value is refused afterwards."


def _is_always(command: AlterTableCmd) -> bool:
    options = (item.def_elem for item in given(command).items)
    return any(one.defname == "generated" and one.arg.integer.ival == _ALWAYS for one in options)


CHECK = Check(
    name="client-compat-identity",
    code="CM32",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="columns that become identity columns, or cease to be",
    kinds=("AT_AddIdentity", "AT_DropIdentity", "AT_SetIdentity"),
    statement=_look,
    same_as=("squawk ban-alter-identity",),
)
