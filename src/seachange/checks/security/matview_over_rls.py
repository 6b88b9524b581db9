"""A materialized view holds rows of a table with row security, and has none itself.

What a materialized view holds was read by its owner when it was refreshed. Policies cannot be made for it, and those
of its tables are not asked when it is read: whoever may read it sees what it took from every tenant.

Take the privileges away from it, and have people read a view over it that says whose rows are shown.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import MaterializedView
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.judging import of_state, of_statement
from seachange.checks.views import tables, unknown
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity


def _judge(view: MaterializedView, whole: Whole) -> Remarks:
    name = spelled(view.names)
    hidden = sorted({spelled(table.names) for table, _ in tables(view, whole, all_views=True) if table.row_security})
    if hidden:
        yield Remark(
            message=f"{name} holds rows of {', '.join(hidden)}, whose policies are not asked when it is read.",
            about=name,
            advice="Take the privileges away from it, and show its rows through a view that says whose they are.",
            safe=f"REVOKE ALL ON {name} FROM PUBLIC;",
        )
    elif missing := unknown(view, whole):
        yield Remark(
            message=f"{name} holds rows of {', '.join(map(spelled, missing))}: where these have row security, "
            "nobody asks it.",
            about=name,
            verdict=Verdict.UNKNOWN,
        )


CHECK = Check(
    name="matview-over-rls",
    code="SE16",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="materialized views of tables with row security",
    kinds=("CreateTableAsStmt",),
    statement=of_statement(_judge, MaterializedView),
    state=of_state(_judge, MaterializedView),
    same_as=("advisor matview-over-rls", "splinter 0016"),
)
