"""DROP INDEX waits for all who use the table, and everybody else waits behind it.

It is done in an instant, but its lock is ACCESS EXCLUSIVE: as long as one older query runs, it does not get it, and
every query that comes later stands in line.  DROP INDEX CONCURRENTLY waits without stopping anybody.  It drops one
index a statement, knows no CASCADE, and must not be in a transaction block; the index of a partitioned table and that
of a constraint cannot be dropped so.
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.editing import Edits, behind_word, with_edits
from seachange.checks.online import OUTSIDE
from seachange.checks.usage import in_block, is_partitioned, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import DROP_CASCADE, OBJECT_INDEX, DropStmt, RangeVar


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, DropStmt)
    if statement.remove_type != OBJECT_INDEX or statement.concurrent:
        return
    for each in statement.objects:
        *schema, index = (part.string.sval for part in each.list.items)
        names = around.world.path(RangeVar(schemaname="".join(schema[-1:]), relname=index))
        yield from _waiting(names, statement, written, around)


def _waiting(names: Path, statement: Any, written: Written, around: Around) -> Remarks:
    fact = around.world.at(names)
    table = fact.table if isinstance(fact, Index) else None
    severity = weight(table, around, Severity.WARNING) if table else None if around.world.known else Severity.WARNING
    if severity is None:
        return
    edits = () if table and is_partitioned(table, around) else _edits(statement, written)
    yield Remark(
        message=f"Who uses {spelled(table) if table else f'the table of {spelled(names)}'} waits in line until all "
        f"older queries have ended, since {spelled(names)} is not dropped concurrently.",
        about=spelled(names),
        advice="Drop it concurrently, outside of a transaction block."
        if edits
        else "Drop it with a short lock_timeout.",
        safe=f"{OUTSIDE}\n{with_edits(written, edits)};" if edits else "",
        edits=() if in_block(around) else edits,
        severity=severity,
    )


def _edits(statement: Any, written: Written) -> Edits:
    if len(statement.objects) > 1 or statement.behavior == DROP_CASCADE:
        return ()
    return behind_word(written, ["INDEX"], "CONCURRENTLY", "nobody waits in line while the index is dropped")


CHECK = Check(
    name="index-drop-blocking",
    code="LK03",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="DROP INDEX that has everybody wait in line",
    kinds=("DropStmt",),
    statement=_look,
    queueing=True,
    same_as=(
        "squawk require-concurrent-index-deletion",
        "strong_migrations remove_index",
        "atlas PG102",
        "pgfence drop-index-not-concurrent",
    ),
)
