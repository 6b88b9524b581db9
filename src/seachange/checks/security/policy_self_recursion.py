"""A policy reads its own table, by itself or by way of another table's policy, which ends in an endless recursion.

A sub-select in a policy is subject to row security itself.  Where it reads the table that the policy belongs to, or a
table whose policy reads back, the server refuses the query with 42P17.  It does so when the policy is asked, not when
it is created.

A function that is SECURITY DEFINER and owned by a role that row security does not hold for reads the table without
asking the policies again.
"""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Policy
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.row_security import commands, expressions, named, table_of
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity


def _judge(policy: Policy, whole: Whole) -> Remarks:
    table = policy.names[:-1]
    known = whole.table(table)
    if known is not None and not known.row_security:
        return
    for other in sorted(_read(policy, whole)):
        if way := _back(other, (table,), whole):
            through = f" by way of {', '.join(spelled(step) for step in way)}" if way != (table,) else ""
            yield Remark(
                message=f"The {named(policy)} reads {spelled(other)}{through}, and so itself again: "
                "who asks it gets 42P17.",
                about=table_of(policy),
                advice="Read the table in a SECURITY DEFINER function whose owner row security does not hold for.",
            )
            return


def _back(table: Path, active: tuple[Path, ...], whole: Whole) -> Way:
    """The way on which reading `table` comes back to a table that is being read; empty where there is none."""
    known = whole.table(table)
    if known is not None and not known.row_security:
        return ()
    policies = [policy for policy in whole.policies.get(table, ()) if "select" in commands(policy)]
    read = {other for policy in policies for other in _read(policy, whole)}
    subselects = any(said.subselects for policy in policies for said in expressions(policy))
    if table in active:
        return (table,) if subselects else ()
    for other in sorted(read):
        if way := _back(other, (*active, table), whole):
            return (table, *way)
    return ()


def _read(policy: Policy, whole: Whole) -> set[Path]:
    return {whole.relation(names) for said in expressions(policy) for names in said.relations}


Way = tuple[Path, ...]

CHECK = Check(
    name="policy-self-recursion",
    code="SE13",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="policies that read their own table",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
    same_as=("advisor policy-self-recursion",),
)
