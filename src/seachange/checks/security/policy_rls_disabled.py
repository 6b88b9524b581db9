"""A table has policies and row security is off, so that nobody asks them.

CREATE POLICY does not switch row security on.  Until ALTER TABLE … ENABLE ROW LEVEL SECURITY does, every role with
SELECT reads all rows, while the definition of the table looks protected.  The same is left behind when somebody
disables row security for a repair and forgets about it.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.relations import Policy, Table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import brought, of_state
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _judge(table: Table, whole: Whole) -> Remarks:
    policies = whole.policies.get(table.names, ())
    if policies and not table.row_security:
        names = ", ".join(spelled(policy.names[-1:]) for policy in policies)
        yield Remark(
            message=f"{spelled(table.names)} has policies ({names}), and row security is off: they are not asked.",
            about=spelled(table.names),
            advice="Switch row security on.",
            safe=f"ALTER TABLE {spelled(table.names)} ENABLE ROW LEVEL SECURITY;",
        )


def _look(written: Written, around: Around) -> Remarks:
    del written
    for names in dict.fromkeys(_tables(around)):
        if table := around.end.table(names):
            yield from _judge(table, around.end)


def _tables(around: Around) -> Iterator[tuple[str, ...]]:
    yield from (policy.names[:-1] for policy in brought(around, Policy))
    yield from (table.names for table in brought(around, Table))


CHECK = Check(
    name="policy-rls-disabled",
    code="SE05",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="policies of tables whose row security is off",
    kinds=("CreatePolicyStmt",),
    statement=_look,
    state=of_state(_judge, Table),
    same_as=("advisor policy-rls-disabled", "splinter 0007"),
)
