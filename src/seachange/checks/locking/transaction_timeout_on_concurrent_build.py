"""transaction_timeout ends what takes long, and the connection with it.

PostgreSQL 17 has a limit for whole transactions, which a statement on its own is, too.  It does not take the statement
back as statement_timeout does, but ends the session: an index that was being built concurrently is left behind, not
valid, and the rest of the script is not run.  Switch it off before what takes as long as a table is large.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.timeouts import CONCURRENT, TRANSACTION, in_force, is_concurrent
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterTableStmt, AT_ValidateConstraint, VacuumStmt

SINCE = 170000


def _look(written: Written, around: Around) -> Remarks:
    limit = in_force(TRANSACTION, around)
    if limit and around.version >= SINCE and (is_concurrent(written) or _goes_on(written)):
        yield Remark(
            message=f"A transaction_timeout of {limit / 1000:g} seconds is in force: if this takes longer, the "
            "connection is ended.",
            advice="Switch it off for what takes as long as a table is large.",
            safe="SET transaction_timeout = 0;",
        )


def _goes_on(written: Written) -> bool:
    match written.node:
        case VacuumStmt():
            return True
        case AlterTableStmt() as statement:
            return any(each.alter_table_cmd.subtype == AT_ValidateConstraint for each in statement.cmds)
    return False


CHECK = Check(
    name="transaction-timeout-on-concurrent-build",
    code="LK20",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="a transaction_timeout that ends a build and the connection",
    kinds=(*CONCURRENT, "VacuumStmt"),
    statement=_look,
    queueing=True,
)
