"""A program that reads meets NULL, or rows, where so far there were none.

As long as a column is NOT NULL, nobody who reads it reckons with NULL: a client library stops at it, a sum leaves the
row out, a comparison is neither true nor false.  The same goes for a domain that lets NULL through.

See that whatever reads the column can do with NULL before the first one is written.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import commands, is_new, named, placed
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterDomainStmt, AlterTableStmt, AT_DropNotNull

_DROP_NOT_NULL = "N"


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case AlterTableStmt() as statement:
            table = named("table", statement.relation, around.world)
            for command in commands(statement):
                if command.subtype == AT_DropNotNull and not is_new(around.world, table):
                    yield _remark(spelled((*table.names, command.name)))
        case AlterDomainStmt() as statement if statement.subtype == _DROP_NOT_NULL:
            domain = placed("domain", statement.type_name, around.world)
            if not is_new(around.world, domain):
                yield _remark(domain.about)


def _remark(about: str) -> Remark:
    return Remark(
        message=f"Whatever reads {about} may meet NULL from now on.",
        about=about,
        advice="See first that all that reads it can do with NULL.",
    )


CHECK = Check(
    name="client-compat-loosen",
    code="CM25",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="NULL where programs never met it",
    kinds=("AT_DropNotNull", "AlterDomainStmt"),
    statement=_look,
    same_as=("squawk ban-drop-not-null",),
)
