"""A policy names no role, so that it holds for everybody who may ask the table.

Without TO a policy is for PUBLIC: for the application's role, for the reporting role, for roles that are made next
year. And its condition is asked for each of them, also where it can never be true.  TO with the role that is meant
says what the policy is for, and spares the others.
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
    table = whole.table(policy.names[:-1])
    if policy.roles == ("public",) and (table is None or table.row_security):
        yield Remark(
            message=f"The {named(policy)} is for PUBLIC: it holds for every role.",
            about=table_of(policy),
            advice="Name the role that it is meant for.",
            safe=f"ALTER POLICY {spelled(policy.names[-1:])} ON {table_of(policy)} TO some_role;",
        )


CHECK = Check(
    name="policy-to-public",
    code="SE14",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="policies that are for every role",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
    same_as=("advisor policy-to-public",),
)
