"""A policy lets every row pass where a setting says so, and anybody can set the setting.

`OR current_setting('app.is_system_user', true) = 'true'` is meant as a door for jobs. But a setting with a dot in its
name is set by whoever can send SQL: one SET, through one injection, opens the rows of every tenant on every table
that has the door. Settings say who is asking as long as the application is trusted; they cannot say that somebody may
do everything.

Make a role for the jobs and a policy TO that role, or give the role BYPASSRLS: who may become it is said by
membership.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Policy
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.row_security import expressions, named, table_of
from seachange.checks.whole import Whole
from seachange.finding import Severity


def _judge(policy: Policy, whole: Whole) -> Remarks:
    del whole
    if not policy.permissive:
        return
    doors = {door for said in expressions(policy) for door in said.doors if "." in door}
    for door in sorted(doors):
        yield Remark(
            message=f"The {named(policy)} lets every row pass where {door} says so, and anybody can set {door}.",
            about=table_of(policy),
            advice="Make a role for those who may see everything, and a policy for it.",
            safe="CREATE ROLE some_job NOLOGIN BYPASSRLS;",
        )


CHECK = Check(
    name="policy-open-by-setting",
    code="SE28",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="policies that anybody can open by a setting",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
)
