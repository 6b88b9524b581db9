"""After the statement somebody sees or writes rows that were hidden before: row security or a policy changes.

Row security switched off or no longer forced, a restrictive policy dropped, a permissive one added beside others, a
policy altered, a protected table given to another owner: each may be right, and each may be wrong in a way that no
query of the application shows. Look at it with two pairs of eyes, and try as an ordinary role what it sees before and
after.

Tables that the same script makes are not told. Whether a table is protected, and what a policy was, only the catalog
tells.
"""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Policy
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.whole import TABLE
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_POLICY,
    AlterPolicyStmt,
    AlterTableStmt,
    AT_ChangeOwner,
    AT_DisableRowSecurity,
    AT_NoForceRowSecurity,
    CreatePolicyStmt,
    DropStmt,
    RangeVar,
)

SWITCHED = {
    AT_DisableRowSecurity: "Row security of {table} is off afterwards: everybody with a privilege sees all rows.",
    AT_NoForceRowSecurity: "Row security of {table} does not hold for its owner afterwards.",
}
ADVICE = "Try as an ordinary role what it sees before and after."


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case AlterTableStmt() as node:
            yield from _altered(node, around)
        case CreatePolicyStmt() as node if node.permissive:
            yield from _created(node, around)
        case AlterPolicyStmt() as node:
            table = around.world.path(node.table)
            if not around.world.is_new(table):
                yield _remark(
                    f"The policy {spelled((node.policy_name,))} of {spelled(table)} is another one afterwards.", table
                )
        case DropStmt() as node if node.remove_type == OBJECT_POLICY:
            yield from _dropped(node, around)


def _altered(node: AlterTableStmt, around: Around) -> Remarks:
    table = around.world.path(node.relation)
    if around.world.is_new(table):
        return
    for each in node.cmds:
        subtype = each.alter_table_cmd.subtype
        if subtype in SWITCHED:
            yield _remark(SWITCHED[subtype].format(table=spelled(table)), table)
        elif subtype == AT_ChangeOwner and _is_protected(table, around):
            yield _remark(f"{spelled(table)} has another owner afterwards, for whom its policies may not hold.", table)


def _is_protected(table: Path, around: Around) -> bool:
    fact = around.world.get(Ref(TABLE, table))
    return bool(getattr(fact, "row_security", False))


def _created(node: CreatePolicyStmt, around: Around) -> Remarks:
    table = around.world.path(node.table)
    others = [one for one in around.world.parts(table) if isinstance(one, Policy) and one.permissive]
    name = spelled((node.policy_name,))
    if around.world.is_new(table):
        return
    if _is_protected(table, around) and others:
        names = ", ".join(spelled(one.names[-1:]) for one in others)
        yield _remark(f"The permissive policy {name} of {spelled(table)} allows rows beside {names}.", table)
    elif not around.world.known:
        yield _remark(
            f"Where {spelled(table)} has other policies, {name} allows rows beside them.", table, Verdict.UNKNOWN
        )


def _dropped(node: DropStmt, around: Around) -> Remarks:
    for each in node.objects:
        *schema, relation, name = (str(part.string.sval) for part in each.list.items)
        table = around.world.path(RangeVar(schemaname="".join(schema[-1:]), relname=relation))
        policy = around.world.get(Ref("policy", (*table, name)))
        told = f"The policy {spelled((name,))} of {spelled(table)}"
        if isinstance(policy, Policy) and not policy.permissive:
            yield _remark(f"{told} is restrictive: what it forbade is allowed afterwards.", table)
        elif policy is None and not around.world.known:
            yield _remark(f"{told} goes: if it is restrictive, what it forbade is allowed.", table, Verdict.UNKNOWN)


def _remark(message: str, table: Path, verdict: Verdict = Verdict.FLAGGED) -> Remark:
    return Remark(message=message, about=spelled(table), advice=ADVICE, verdict=verdict)


CHECK = Check(
    name="rls-change",
    code="SE22",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="changes of row security after which more is seen",
    kinds=("AlterTableStmt", "CreatePolicyStmt", "AlterPolicyStmt", "DropStmt"),
    statement=_look,
    same_as=("pgsd AUTHZ_UPDATE",),
)
