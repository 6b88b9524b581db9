"""A constraint without a name gets one from PostgreSQL, which need not be the same in every database.

The name is made of table, columns and a number that is free: where such a name was taken, or the column was renamed
since, it is another one.  A later migration that says DROP CONSTRAINT with the name of one database fails in the
next. What an error message shows to people is that name as well.

Name what a later migration may want to change.  Only told where a project asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_EXCLUSION,
    CONSTR_FOREIGN,
    CONSTR_PRIMARY,
    CONSTR_UNIQUE,
    AlterTableStmt,
    AT_AddConstraint,
    Constraint,
    CreateStmt,
)

_NAMED = {
    CONSTR_CHECK: "CHECK",
    CONSTR_EXCLUSION: "EXCLUDE",
    CONSTR_FOREIGN: "FOREIGN KEY",
    CONSTR_PRIMARY: "PRIMARY KEY",
    CONSTR_UNIQUE: "UNIQUE",
}


def _look(written: Written, around: Around) -> Remarks:
    for one in _constraints(written.node, around):
        if one.contype in _NAMED and not one.conname and not one.indexname:
            table = spelled(around.world.path(written.node.relation))  # type: ignore[union-attr]
            yield Remark(
                message=f"The {_NAMED[one.contype]} on {table} has no name of its own.",
                about=table,
                at=one,
                advice="Say CONSTRAINT and a name before it.",
            )


def _constraints(node: Message | None, around: Around) -> Iterator[Constraint]:
    match node:
        case CreateStmt():
            yield from (each.constraint for each in node.table_elts if each.HasField("constraint"))
        case AlterTableStmt():
            commands = (each.alter_table_cmd for each in node.cmds)
            yield from (getattr(one, "def").constraint for one in commands if one.subtype == AT_AddConstraint)
    for column in around.columns:
        yield from (each.constraint for each in column.definition.constraints)


CHECK = Check(
    name="unnamed-constraint",
    code="NM03",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="constraints without a name",
    kinds=("CreateStmt", "AlterTableStmt"),
    statement=_look,
    optional=True,
)
