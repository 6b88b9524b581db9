"""UPDATE or DELETE of all rows in one statement holds every row locked until it ends, and doubles the table.

Who wants to change one of the rows waits for the whole statement.  Each changed row is written a second time, the old
versions are only cleaned up afterwards, and standbys fall behind by as much as was written.  Batches by the primary
key, each committed by itself, can be stopped and continued, and let others pass between them.  To empty a table,
TRUNCATE is quicker, under a short lock that keeps everybody out.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.doing.deed import named
from seachange.checks.rewriting import weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql import tree
from seachange.sql.migration import Written
from seachange.sql.nodes import A_Const, DeleteStmt, UpdateStmt


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, UpdateStmt | DeleteStmt)
    if _is_limited(statement):
        return
    for table in named(statement.relation, around.world):
        if around.world.is_new(table):
            continue
        deletes = isinstance(statement, DeleteStmt)
        verb = "deleted" if deletes else "written again"
        yield Remark(
            message=f"Every row of {spelled(table)} is {verb} by one statement, and stays locked until it ends.",
            about=spelled(table),
            advice="Do it in batches by the primary key, each in a transaction of its own.",
            safe=f"-- Repeated until no row is left:\nDELETE FROM {spelled(table)}\n"
            f"WHERE ctid IN (SELECT ctid FROM {spelled(table)} LIMIT 5000);"
            if deletes
            else "",
            severity=weight(table, around, Severity.ERROR),
        )


def _is_limited(statement: UpdateStmt | DeleteStmt) -> bool:
    """It has a condition that is more than a constant, or another table decides."""
    others = statement.from_clause if isinstance(statement, UpdateStmt) else statement.using_clause
    if others:
        return True
    return statement.HasField("where_clause") and not isinstance(tree.inner(statement.where_clause), A_Const)


CHECK = Check(
    name="unbatched-dml",
    code="RW17",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.SIZES}),
    summary="UPDATE or DELETE of all rows of a table at once",
    kinds=("UpdateStmt", "DeleteStmt"),
    statement=_look,
    same_as=("pgfence update-in-migration", "pgls banUpdateWithoutWhere"),
)
