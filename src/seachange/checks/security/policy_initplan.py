"""A policy calls a function for each row whose answer is the same for all of them.

Row security is asked of every row that a query reads.  A call of current_setting, of auth.uid() or of a function of
one's own that takes nothing from the row is made as often, and on a large table that is most of the query's time.  In
a sub-select without FROM the same call is made once, before the first row, and an index can be used with what it
gave.

A function in such a place must be STABLE or IMMUTABLE, or its answer could be another in the middle of a query.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Policy
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.expressions import Call, Expression
from seachange.checks.judging import of_state, of_statement
from seachange.checks.mending import mended
from seachange.checks.row_security import expressions, named, table_of
from seachange.checks.whole import Whole
from seachange.finding import Severity

SESSION = frozenset({("auth", "uid"), ("auth", "jwt"), ("auth", "role"), ("auth", "email")})
"""Functions of platforms that tell who is asking."""


def _judge(policy: Policy, whole: Whole) -> Remarks:
    table = whole.table(policy.names[:-1])
    if table is not None and not table.row_security:
        return
    calls = sorted({call for said in expressions(policy) for call in _for_each_row(said, whole)})
    if calls:
        yield Remark(
            message=f"The {named(policy)} calls {', '.join(calls)} for each row.",
            about=table_of(policy),
            advice="Put the call into a sub-select: it is made once then.",
            safe=mended(policy, lambda call: _is_repeated(call, whole)),
        )


def _for_each_row(said: Expression, whole: Whole) -> set[str]:
    settings = {f"current_setting('{one.setting}', true)" for one in said.readings if not one.once}
    return settings | {f"{'.'.join(call.names)}()" for call in said.calls if _is_repeated(call, whole)}


def _is_repeated(call: Call, whole: Whole) -> bool:
    if call.once or not call.plain:
        return False
    known = whole.routines(call.names) if len(call.names) > 1 or call.names[0] not in BUILT_IN else ()
    return call.names in SESSION or any(routine.volatility != "immutable" for routine in known)


BUILT_IN = frozenset({"now", "current_setting", "clock_timestamp", "statement_timestamp", "transaction_timestamp"})

CHECK = Check(
    name="policy-initplan",
    code="SE03",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="policies that call a function of the session for each row",
    kinds=("CreatePolicyStmt", "AlterPolicyStmt"),
    statement=of_statement(_judge, Policy),
    state=of_state(_judge, Policy),
    same_as=("advisor policy-initplan", "splinter 0003"),
)
