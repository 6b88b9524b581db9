"""A policy for INSERT has no WITH CHECK, so that it lets no row in.

For ALL and UPDATE, USING is asked of new rows where WITH CHECK is missing.  A policy for INSERT cannot have USING, and
without WITH CHECK it counts as false: where no other policy allows the row, each insert ends in 42501.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Policy
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.row_security import named, table_of
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity


def _judge(policy: Policy, whole: Whole) -> Remarks:
    del whole
    if policy.command == "insert" and policy.check is None:
        yield Remark(
            message=f"The {named(policy)} is for INSERT and has no WITH CHECK: it allows no row.",
            about=table_of(policy),
            advice="Say which rows may come in.",
            safe=f"ALTER POLICY {spelled(policy.names[-1:])} ON {table_of(policy)} WITH CHECK (some_condition);",
        )


CHECK = Check(
    name="insert-policy-without-check",
    code="SE08",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="policies for INSERT without WITH CHECK",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
    same_as=("advisor insert-policy-without-check",),
)
