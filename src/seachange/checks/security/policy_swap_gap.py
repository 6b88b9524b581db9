"""A policy is dropped and made again in two transactions: between them it does not hold.

Until the second statement is committed, other sessions work without the policy. Without a permissive one they find an
empty table and their inserts are refused; without a restrictive one they see what it hid. If the script stops in
between, it stays so. ALTER POLICY changes a policy at once, and DROP and CREATE in one transaction do too.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import OBJECT_POLICY, CreatePolicyStmt, DropStmt, RangeVar

DROP = (("drop",), ("DROP",))


def _look(written: Written, around: Around) -> Remarks:
    node = written.node
    assert isinstance(node, CreatePolicyStmt)
    table = around.world.path(node.table)
    if around.script.wrapped or around.world.is_new(table):
        return
    for other, names, policy in _dropped(around):
        if names == table and policy == node.policy_name and other not in around.transaction:
            name = spelled((policy,))
            yield Remark(
                message=f"The policy {name} of {spelled(table)} was dropped in line {other.line}, "
                "in another transaction: in between it does not hold.",
                about=spelled(table),
                advice="Put both into one transaction, or use ALTER POLICY.",
                safe=f"BEGIN;\nDROP POLICY {name} ON {spelled(table)};\n{written.text};\nCOMMIT;",
            )
            return


def _dropped(around: Around) -> Iterator[tuple[Written, Path, str]]:
    for other in reversed(around.earlier):
        node = other.node if other.words[:1] in DROP else None
        if isinstance(node, DropStmt) and node.remove_type == OBJECT_POLICY:
            for each in node.objects:
                *schema, relation, name = (str(part.string.sval) for part in each.list.items)
                yield other, around.world.path(RangeVar(schemaname="".join(schema[-1:]), relname=relation)), name


CHECK = Check(
    name="policy-swap-gap",
    code="SE23",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="policies that are dropped and made again in two transactions",
    kinds=("CreatePolicyStmt",),
    statement=_look,
)
