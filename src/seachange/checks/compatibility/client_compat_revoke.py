"""A privilege that is taken away is missed by every program that still makes use of it.

The statement is refused with 42501 from the next time on, in sessions that are open already as well.  What a role
could do through another one, or through PUBLIC, it can no longer do either; REVOKE ... CASCADE takes it from those
who had it from there.

See who uses the privilege first.  Only told where a project asks for it.
"""

from __future__ import annotations

from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AlterDefaultPrivilegesStmt


def _look(written: Written, around: Around) -> Remarks:
    del around
    node: Any = written.node
    if isinstance(node, AlterDefaultPrivilegesStmt):
        node = node.action
    if not node.is_grant:
        who = ", ".join(
            role.role_spec.rolename or "PUBLIC" for role in getattr(node, "grantees", None) or node.grantee_roles
        )
        yield Remark(
            message=f"What {who} still does with this privilege is refused afterwards.",
            about=who,
            advice="See who uses the privilege before it is taken away.",
        )


CHECK = Check(
    name="client-compat-revoke",
    code="CM30",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="privileges that are taken away",
    kinds=("GrantStmt", "GrantRoleStmt", "AlterDefaultPrivilegesStmt"),
    statement=_look,
    optional=True,
    same_as=("squawk ban-revoke",),
)
