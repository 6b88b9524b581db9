"""A materialized view has no unique index, so that nobody can read it while it is refreshed.

REFRESH MATERIALIZED VIEW locks everybody out until it is done. CONCURRENTLY lets readers go on; it needs a unique
index over columns alone, without a condition, to tell which rows have changed, and is refused with 55000 where there
is none.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import MaterializedView
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity


def _judge(view: MaterializedView, whole: Whole) -> Remarks:
    indexes = whole.indexes(view.names)
    if not any(index.unique and index.predicate is None and "" not in index.columns for index in indexes):
        yield Remark(
            message=f"{spelled(view.names)} has no unique index over columns: it cannot be refreshed concurrently.",
            about=spelled(view.names),
            advice="Build one over the columns that tell its rows apart.",
            safe=f"CREATE UNIQUE INDEX ON {spelled(view.names)} (some_column);",
        )


CHECK = Check(
    name="matview-no-unique-index",
    code="PF09",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="materialized views that cannot be refreshed concurrently",
    kinds=("CreateTableAsStmt",),
    statement=of_statement(_judge, MaterializedView),
    state=of_state(_judge, MaterializedView),
    same_as=("advisor matview-no-unique-index",),
)
