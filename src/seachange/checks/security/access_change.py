"""A statement changes who may do what: policies, row security, privileges, and what they rest on.

Nothing is wrong with such a statement as such. Who wants each of them to be looked at by a second person before it is
run switches this check on: it tells policies created, altered and dropped, row security switched, privileges revoked,
and options altered of roles, functions, views, the database and the server. Those after which somebody sees more than
before are told by rls-change as well, without being asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.finding import Severity
from seachange.sql import nodes
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_POLICY,
    OBJECT_VIEW,
    AlterDatabaseSetStmt,
    AlterDatabaseStmt,
    AlterFunctionStmt,
    AlterPolicyStmt,
    AlterRoleSetStmt,
    AlterRoleStmt,
    AlterSystemStmt,
    AlterTableStmt,
    CreatePolicyStmt,
    DropStmt,
    GrantRoleStmt,
    GrantStmt,
)

ROW_SECURITY = frozenset(getattr(nodes, f"AT_{name}RowSecurity") for name in ("Enable", "Disable", "Force", "NoForce"))
OPTIONS = frozenset({nodes.AT_SetRelOptions, nodes.AT_ResetRelOptions, nodes.AT_ReplaceRelOptions})
WHOLE = {
    CreatePolicyStmt: ("ban-create-policy", "a policy comes, and with it other rows that roles see or write"),
    AlterRoleStmt: ("ban-alter-role-options", "a role has other attributes afterwards"),
    AlterRoleSetStmt: ("ban-alter-role-options", "a role has other settings afterwards"),
    AlterFunctionStmt: ("ban-alter-function-options", "a function works with other options afterwards"),
    AlterDatabaseSetStmt: ("ban-alter-database-options", "the database has other settings afterwards"),
    AlterDatabaseStmt: ("ban-alter-database-options", "the database has other options afterwards"),
    AlterSystemStmt: ("ban-alter-system-options", "the whole server has other settings afterwards"),
}


def _look(written: Written, around: Around) -> Remarks:
    del around
    if written.node is not None:
        for rule, what in _changes(written.node):
            yield Remark(
                message=f"Access changes: {what}.",
                advice="Have somebody look at it, and try as the roles that it is about what they see.",
                same_as=(f"squawk {rule}",),
            )


def _changes(node: Message) -> Iterator[tuple[str, str]]:
    match node:
        case AlterPolicyStmt():
            yield from _policy(node)
        case AlterTableStmt():
            yield from _table(node)
        case DropStmt() if node.remove_type == OBJECT_POLICY:
            yield "ban-drop-policy", "a policy goes, and with it what it allowed or forbade"
        case GrantStmt() | GrantRoleStmt() if not node.is_grant:
            yield "ban-revoke", "privileges are taken away"
        case other if type(other) in WHOLE:
            yield WHOLE[type(other)]


def _policy(node: AlterPolicyStmt) -> Iterator[tuple[str, str]]:
    if node.roles:
        yield "ban-alter-policy-roles", "a policy is for other roles afterwards"
    if node.HasField("qual") or node.HasField("with_check"):
        yield "ban-alter-policy-condition", "a policy has another condition afterwards"


def _table(node: AlterTableStmt) -> Iterator[tuple[str, str]]:
    subtypes = {each.alter_table_cmd.subtype for each in node.cmds}
    if subtypes & ROW_SECURITY:
        yield "ban-alter-row-level-security", "row security of a table is switched"
    if subtypes & OPTIONS and node.objtype == OBJECT_VIEW:
        yield "ban-alter-view-options", "a view has other options afterwards"


CHECK = Check(
    name="access-change",
    code="SE29",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="any change of who may do what",
    kinds=(
        "AlterPolicyStmt",
        "AlterTableStmt",
        "DropStmt",
        "GrantStmt",
        "GrantRoleStmt",
        *(one.DESCRIPTOR.name for one in WHOLE),
    ),
    statement=_look,
    optional=True,
    same_as=(
        *("squawk ban-alter-policy-condition", "squawk ban-alter-policy-roles", "squawk ban-alter-row-level-security"),
        *("squawk ban-create-policy", "squawk ban-drop-policy", "squawk ban-revoke", "squawk ban-alter-role-options"),
        *("squawk ban-alter-function-options", "squawk ban-alter-view-options", "squawk ban-alter-database-options"),
        "squawk ban-alter-system-options",
    ),
)
