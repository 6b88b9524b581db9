"""Policies, rules, owners, names and the like change in an instant, but wait for their lock, and others behind them.

The lock is ACCESS EXCLUSIVE: while the statement waits for an older query, nobody can begin a new one.  One short
transaction for each table, with a lock_timeout, is the remedy.  ALTER POLICY is better than DROP and CREATE: there is
no moment without the policy.
"""

from __future__ import annotations

from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remarks
from seachange.checks.queue import queued
from seachange.finding import Severity
from seachange.sql import nodes
from seachange.sql.migration import Written

CHANGES = {
    nodes.AT_EnableRowSecurity: "row security",
    nodes.AT_DisableRowSecurity: "row security",
    nodes.AT_ForceRowSecurity: "row security",
    nodes.AT_NoForceRowSecurity: "row security",
    nodes.AT_ReplicaIdentity: "the replica identity",
    nodes.AT_ChangeOwner: "the owner",
    nodes.AT_SetStorage: "how a column is stored",
    nodes.AT_SetCompression: "how a column is compressed",
    nodes.AT_ColumnDefault: "a default",
    nodes.AT_EnableRule: "a rule",
    nodes.AT_DisableRule: "a rule",
}
DROPPED = {nodes.OBJECT_POLICY: "a policy", nodes.OBJECT_RULE: "a rule"}
RENAMED = {
    nodes.OBJECT_POLICY: "a policy's name",
    nodes.OBJECT_RULE: "a rule's name",
    nodes.OBJECT_TABLE: "a name",
    nodes.OBJECT_VIEW: "a name",
    nodes.OBJECT_MATVIEW: "a name",
    nodes.OBJECT_COLUMN: "a name",
    nodes.OBJECT_TABCONSTRAINT: "a name",
}


def _look(written: Written, around: Around) -> Remarks:
    what = _changed(written.node)
    if what:
        yield from queued(around, what)


def _changed(node: Any) -> str | None:
    match node:
        case nodes.CreatePolicyStmt() | nodes.AlterPolicyStmt():
            return "a policy"
        case nodes.RuleStmt():
            return "a rule"
        case nodes.AlterObjectSchemaStmt():
            return "the schema"
        case nodes.DropStmt():
            return DROPPED.get(node.remove_type)
        case nodes.RenameStmt():
            return RENAMED.get(node.rename_type)
        case nodes.AlterTableStmt():
            found = [CHANGES.get(each.alter_table_cmd.subtype) for each in node.cmds]
            return found[0] if all(found) else None
    return None


CHECK = Check(
    name="policy-ddl",
    code="LK28",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="a policy, rule, owner, name or default that changes on a table in use",
    kinds=(
        "CreatePolicyStmt",
        "AlterPolicyStmt",
        "RuleStmt",
        "AlterObjectSchemaStmt",
        "DropStmt",
        "RenameStmt",
        "AlterTableStmt",
    ),
    statement=_look,
    queueing=True,
)
