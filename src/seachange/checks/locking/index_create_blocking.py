"""CREATE INDEX lets nobody write to the table until the index is built.

The lock is SHARE: readers go on, but each INSERT, UPDATE and DELETE waits as long as the table is read and sorted, and
those who wait hold locks of their own.  CREATE INDEX CONCURRENTLY takes about twice as long and lets writers work; it
waits for transactions that are older than itself, must not be in a transaction block, and leaves an index that is not
valid when it fails, which is to be dropped before the next try.  A table that the same transaction made is nobody's
concern.  Indexes of partitioned tables are the matter of index-create-partitioned.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.editing import behind_word, with_edits
from seachange.checks.online import OUTSIDE
from seachange.checks.usage import in_block, is_partitioned, labour, reason
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import IndexStmt


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, IndexStmt)
    names = around.world.path(statement.relation)
    if statement.concurrent or is_partitioned(names, around):
        return
    severity = labour(names, around)
    if severity is None:
        return
    edits = behind_word(written, ["INDEX"], "CONCURRENTLY", "writers go on while the index is built")
    yield Remark(
        message=f"Nobody can write to {spelled(names)} until the index is built.{reason(names, around)}",
        about=spelled(names),
        advice="Build it concurrently, outside of a transaction block.",
        safe=f"{OUTSIDE}\n{with_edits(written, edits)};",
        edits=() if in_block(around) else edits,
        severity=severity,
    )


CHECK = Check(
    name="index-create-blocking",
    code="LK01",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.SIZES}),
    summary="CREATE INDEX that stops all who write to the table",
    kinds=("IndexStmt",),
    statement=_look,
    same_as=(
        "squawk require-concurrent-index-creation",
        "strong_migrations add_index",
        "pgfence create-index-not-concurrent",
        "eugene E6",
        "atlas PG101",
        "pgls requireConcurrentIndexCreation",
    ),
)
