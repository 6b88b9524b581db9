"""REFRESH MATERIALIZED VIEW lets nobody read it for as long as its query runs.

The lock is ACCESS EXCLUSIVE from the first row to the last.  With CONCURRENTLY readers go on and see the old rows until
the new ones are there.  For that it needs a unique index over plain columns and without a predicate, which PostgreSQL
does not make unasked, and it must have been filled before.
"""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, MaterializedView
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.editing import behind_word, with_edits
from seachange.checks.usage import reason, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import RefreshMatViewStmt


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, RefreshMatViewStmt)
    names = around.world.path(statement.relation)
    severity = weight(names, around)
    if statement.concurrent or statement.skip_data or severity is None or not _is_filled(names, around):
        return
    edits = behind_word(written, ["VIEW"], "CONCURRENTLY", "readers go on while it is filled anew")
    ready = any(map(_serves, around.world.indexes(names)))
    yield Remark(
        message=f"Nobody can read {spelled(names)} until its query has run.{reason(names, around)}",
        about=spelled(names),
        advice="Refresh it concurrently."
        if ready
        else "Give it a unique index over the columns that tell its rows apart, and refresh it concurrently.",
        safe=f"{with_edits(written, edits)};" if ready and edits else "",
        edits=edits if ready else (),
        severity=severity,
    )


def _is_filled(names: Path, around: Around) -> bool:
    """Nobody waits for one that cannot be read yet."""
    fact = around.world.at(names)
    return not isinstance(fact, MaterializedView) or fact.populated


def _serves(index: Index) -> bool:
    return index.unique and index.valid and not index.predicate and all(index.columns)


CHECK = Check(
    name="matview-refresh-blocking",
    code="LK29",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="REFRESH MATERIALIZED VIEW that stops all readers",
    kinds=("RefreshMatViewStmt",),
    statement=_look,
    same_as=("pgfence refresh-matview-blocking", "pgls requireConcurrentRefreshMatview"),
)
