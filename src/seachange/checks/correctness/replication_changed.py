"""What subscribers get of a table changes with its replica identity and its publications.

REPLICA IDENTITY FULL writes whole rows into the WAL for each UPDATE and DELETE; NOTHING has them refused.  A table
taken out of a publication, or a publication dropped, stands still on the other side, and nobody there is told.

For projects that replicate and want each such change looked at; told only where it is asked for.
"""

from __future__ import annotations

from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, strings, there
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_PUBLICATION,
    AlterPublicationStmt,
    AlterTableStmt,
    AP_AddObjects,
    AT_ReplicaIdentity,
    DropStmt,
)
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case AlterTableStmt() as statement if any(commands(statement, AT_ReplicaIdentity)):
            table = around.world.path(statement.relation)
            if there(around.world, table):
                yield _remark(spelled(table), f"What identifies rows of {spelled(table)} to subscribers changes.")
        case DropStmt() as statement if statement.remove_type == OBJECT_PUBLICATION:
            for publication in strings(statement.objects):
                yield _remark(name(publication), f"Subscribers of {name(publication)} get nothing any more.")
        case AlterPublicationStmt() as statement if _narrows(statement):
            yield _remark(name(statement.pubname), f"Subscribers of {name(statement.pubname)} get something else.")


def _narrows(statement: Any) -> bool:
    return bool(statement.options) or statement.action != AP_AddObjects


def _remark(about: str, message: str) -> Remark:
    return Remark(message=message, about=about, advice="Tell those who look after the subscribers first.")


CHECK = Check(
    name="replication-changed",
    code="CO41",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="changes of what subscribers get",
    kinds=("AT_ReplicaIdentity", "DropStmt", "AlterPublicationStmt"),
    statement=_look,
    optional=True,
    same_as=("squawk ban-replica-identity",),
)
