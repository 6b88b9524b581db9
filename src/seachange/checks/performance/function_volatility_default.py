"""A policy calls a function that nobody said is STABLE: it is VOLATILE, and called for each row.

A function is VOLATILE unless it says otherwise. The planner may not call it once for a query, not use an index with
what it gives, and not put its body in place of the call. One that only reads settings or tables gives the same within
a query: it is STABLE, and should say so.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Policy
from seachange.catalog.facts.routines import Routine
from seachange.checks.callees import texts
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.row_security import expressions, named, table_of
from seachange.checks.signatures import signature
from seachange.checks.whole import Whole
from seachange.finding import Severity

WRITING = ("insert", "update", "delete", "merge", "call")


def _judge(policy: Policy, whole: Whole) -> Remarks:
    names = {call.names for said in expressions(policy) for call in said.calls}
    found = {routine for name in names for routine in whole.routines(name) if _only_reads(routine)}
    for routine in sorted(found, key=signature):
        yield Remark(
            message=f"The {named(policy)} calls {signature(routine)}, which is VOLATILE, for each row.",
            about=table_of(policy),
            advice="Say that the function is STABLE, if it writes nothing.",
            safe=f"ALTER FUNCTION {signature(routine)} STABLE;",
        )


def _only_reads(routine: Routine) -> bool:
    if routine.volatility != "volatile":
        return False
    return not any(text.lower().lstrip().startswith(WRITING) for text, _ in texts(routine))


CHECK = Check(
    name="function-volatility-default",
    code="PF14",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="volatile functions in policies",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
)
