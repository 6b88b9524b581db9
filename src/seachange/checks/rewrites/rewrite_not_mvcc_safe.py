"""After TRUNCATE or an ALTER TABLE that rewrites, transactions that began before it see the table as empty.

Both put new files in the place of the old ones, and what is in those is not visible to older snapshots: a report at
REPEATABLE READ, or a pg_dump, that first looks at the table after the change finds no rows and no error.  A backup
taken at that moment lacks them.  Nothing is lost in the database itself.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import TruncateStmt


def _look(written: Written, around: Around) -> Remarks:
    tables = sorted(around.effects.rewrites)
    if not tables:
        return
    emptied = isinstance(written.node, TruncateStmt)
    named = ", ".join(map(spelled, tables))
    yield Remark(
        message=f"Whoever still reads with an older snapshot, such as pg_dump, finds {named} empty afterwards.",
        about=named,
        advice="Run it when no backup and no long report is under way"
        + (", or delete the rows in batches." if emptied else ", or fill a second column or table in batches."),
        severity=Severity.WARNING if emptied else Severity.NOTE,
    )


CHECK = Check(
    name="rewrite-not-mvcc-safe",
    code="RW16",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="a table that older snapshots find empty afterwards",
    kinds=("AlterTableStmt", "TruncateStmt"),
    statement=_look,
)
