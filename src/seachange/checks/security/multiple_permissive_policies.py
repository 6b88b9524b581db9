"""Several permissive policies of a table hold for the same role and command: each of them is asked, and one is enough.

Permissive policies are joined by OR.  A row passes where any of them says so, which is seldom what the second one was
written for: to narrow the first, it must be AS RESTRICTIVE.  And for each row the server may have to ask all of them.

A policy for ALL counts for each command, one for PUBLIC for each role.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from seachange.catalog.facts.relations import Policy, Table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import brought, of_state
from seachange.checks.row_security import commands
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written

PUBLIC = "public"


def _judge(table: Table, whole: Whole) -> Remarks:
    policies = whole.policies.get(table.names, ())
    if sum(policy.permissive for policy in policies) > 1 and (shared := dict(_shared(policies))):
        (command, role), names = next(iter(sorted(shared.items())))
        more = f", and so for {len(shared) - 1} more" if len(shared) > 1 else ""
        yield Remark(
            message=f"{spelled(table.names)} has several permissive policies for {command.upper()} by {role}: "
            f"{', '.join(spelled((name,)) for name in names)}{more}.",
            about=spelled(table.names),
            advice="Make one policy of them, or a restrictive one of that which was meant to narrow.",
        )


def _shared(policies: tuple[Policy, ...]) -> Iterator[tuple[tuple[str, str], list[str]]]:
    names: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for policy in policies:
        if policy.permissive:
            for command in commands(policy):
                for role in policy.roles:
                    names[command, role].append(policy.names[-1])
    for (command, role), found in names.items():
        everybody = names.get((command, PUBLIC), []) if role != PUBLIC else []
        if len(found) + len(everybody) > 1:
            yield (command, role), sorted([*found, *everybody])


def _look(written: Written, around: Around) -> Remarks:
    del written
    for policy in brought(around, Policy):
        names = policy.names[:-1]
        if policy.permissive:
            yield from _judge(around.end.table(names) or Table(names), around.end)


CHECK = Check(
    name="multiple-permissive-policies",
    code="SE12",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="several permissive policies for the same role and command",
    kinds=("CreatePolicyStmt",),
    statement=_look,
    state=of_state(_judge, Table),
    same_as=("advisor multiple-permissive-policies", "splinter 0006"),
)
