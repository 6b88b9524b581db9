"""A permissive policy for writing is always true: whoever has the privilege may write any row.

Permissive policies are joined by OR.  One whose condition is `true` makes all others for the same command and role
meaningless.  For SELECT that may be meant, of a list of countries for example, and nothing is said.  For INSERT,
UPDATE, DELETE or ALL it lets every role that it is for change the rows of everybody.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Policy
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.expressions import read
from seachange.checks.judging import of_state, of_statement
from seachange.checks.row_security import named, table_of
from seachange.checks.whole import Whole
from seachange.finding import Severity

CLAUSES = {"using": "USING", "check": "WITH CHECK"}


def _judge(policy: Policy, whole: Whole) -> Remarks:
    del whole
    if not policy.permissive or policy.command == "select":
        return
    true = [word for field, word in CLAUSES.items() if read(getattr(policy, field)).true]
    if true:
        roles = ", ".join(policy.roles)
        yield Remark(
            message=f"The {named(policy)} has {' and '.join(true)} true: {roles} may write any row.",
            about=table_of(policy),
            advice="Say whose rows may be written.",
        )


CHECK = Check(
    name="policy-always-true",
    code="SE07",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="policies for writing that are always true",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
    same_as=("advisor policy-always-true", "splinter 0024"),
)
