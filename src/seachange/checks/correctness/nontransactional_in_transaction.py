"""Some statements do their own commits, and the server refuses them in a transaction (25001).

CREATE INDEX CONCURRENTLY and its kin, VACUUM, CREATE and DROP DATABASE, ALTER SYSTEM, tablespaces.  A transaction is
open between BEGIN and COMMIT, in every function and DO block, where a tool wraps a migration, and where several
statements are sent as one string.

Give the statement a file of its own, and tell the tool not to wrap that.
"""

from __future__ import annotations

from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    REINDEX_OBJECT_DATABASE,
    REINDEX_OBJECT_SCHEMA,
    REINDEX_OBJECT_SYSTEM,
    AlterDatabaseStmt,
    AlterSystemStmt,
    AlterTableStmt,
    AT_DetachPartition,
    CreatedbStmt,
    CreateTableSpaceStmt,
    DropdbStmt,
    DropStmt,
    DropTableSpaceStmt,
    IndexStmt,
    ReindexStmt,
    VacuumStmt,
)

_ALONE = {
    "CreatedbStmt": "CREATE DATABASE",
    "DropdbStmt": "DROP DATABASE",
    "AlterSystemStmt": "ALTER SYSTEM",
    "CreateTableSpaceStmt": "CREATE TABLESPACE",
    "DropTableSpaceStmt": "DROP TABLESPACE",
}
_ALL_OF = frozenset({REINDEX_OBJECT_DATABASE, REINDEX_OBJECT_SCHEMA, REINDEX_OBJECT_SYSTEM})
_CONCURRENT = ("squawk ban-concurrent-index-creation-in-transaction", "pgfence concurrent-in-transaction")


def _look(written: Written, around: Around) -> Remarks:
    for inner in written.inner:
        if what := alone(inner.node):
            yield Remark(
                message=f"{what} cannot be run in a function or DO block: both are within a transaction.",
                about=what,
                at=inner.start,
                advice="Send it as a statement of its own, which is run without a transaction.",
            )
    what = alone(written.node)
    if not what or not around.transaction or _whole_file(around):
        return
    by = "a tool runs this file in one" if around.script.wrapped else f"BEGIN is in line {around.transaction[0].line}"
    yield Remark(
        message=f"{what} cannot be run in a transaction, and {by}.",
        about=what,
        advice="Give it a file of its own, which is run without a transaction.",
    )


def _whole_file(around: Around) -> bool:
    """Whether it is all that a file holds which nobody in particular wraps: such a file can be sent as it is."""
    return around.script.wrapped and not around.script.tool and len(around.script.up) == 1


def alone(node: Any) -> str:
    """What a statement is called that cannot be run in a transaction; empty for every other."""
    match node:
        case IndexStmt() if node.concurrent:
            return "CREATE INDEX CONCURRENTLY"
        case DropStmt() if node.concurrent:
            return "DROP INDEX CONCURRENTLY"
        case ReindexStmt() if node.kind in _ALL_OF or _says(node.params, "concurrently"):
            return "REINDEX CONCURRENTLY" if _says(node.params, "concurrently") else "REINDEX of more than a table"
        case VacuumStmt() if node.is_vacuumcmd:
            return "VACUUM"
        case AlterDatabaseStmt() if _says(node.options, "tablespace"):
            return "ALTER DATABASE … SET TABLESPACE"
        case AlterTableStmt():
            found = (definition(one).concurrent for one in commands(node, AT_DetachPartition))
            return "DETACH PARTITION CONCURRENTLY" if any(found) else ""
        case CreatedbStmt() | DropdbStmt() | AlterSystemStmt() | CreateTableSpaceStmt() | DropTableSpaceStmt():
            return _ALONE[node.DESCRIPTOR.name]
    return ""


def _says(options: Any, word: str) -> bool:
    return any(each.def_elem.defname == word for each in options)


CHECK = Check(
    name="nontransactional-in-transaction",
    code="CO09",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="statements that cannot be run in a transaction, within one",
    kinds=(
        "IndexStmt",
        "DropStmt",
        "ReindexStmt",
        "VacuumStmt",
        "AlterDatabaseStmt",
        "AT_DetachPartition",
        "CreateFunctionStmt",
        "DoStmt",
    ),
    statement=_look,
    same_as=_CONCURRENT,
)
