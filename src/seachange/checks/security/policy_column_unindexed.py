"""A policy asks for a column that no index begins with, so that each query reads the whole table.

Row security adds its condition to every query.  Where the condition is `tenant_id = …` and no index begins with
tenant_id, even the query for one row by another key reads more than it must, and listing one tenant's rows reads
those of all.

Told are columns whose name ends with `_id` that a policy holds against a value of the session.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Policy
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.judging import of_state, of_statement
from seachange.checks.row_security import expressions, named, table_of
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity


def _judge(policy: Policy, whole: Whole) -> Remarks:
    names = policy.names[:-1]
    table = whole.table(names)
    if table is not None and not table.row_security:
        return
    first = {index.columns[0] for index in whole.indexes(names) if index.columns}
    asked = {one.column for said in expressions(policy) for one in said.equalities}
    for column in sorted(column for column in asked - first if column.endswith("_id")):
        yield Remark(
            message=f"The {named(policy)} asks for {column}, and no index begins with it.",
            about=table_of(policy),
            advice="Build one; CONCURRENTLY, others can write meanwhile.",
            safe=f"CREATE INDEX CONCURRENTLY ON {table_of(policy)} ({spelled((column,))});",
            verdict=Verdict.FLAGGED if whole.known or table is not None else Verdict.UNKNOWN,
        )


CHECK = Check(
    name="policy-column-unindexed",
    code="SE11",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="columns of policies that no index begins with",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
    same_as=("advisor policy-column-unindexed",),
)
