"""A statement names a role that the server does not have.

GRANT, OWNER TO, CREATE POLICY ... TO and ALTER DEFAULT PRIVILEGES are refused with 42704.  Roles belong to the
server, not to the database: a script that comes from a hosting platform names roles that exist only there, such as
authenticated, anon or rds_superuser.

Say which role plays its part here, or make one that cannot log in.  Whether a role is there, only the server knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from seachange.catalog.facts.cluster import Role
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.unknown import unknown, was_told
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import ROLESPEC_CSTRING, RoleSpec
from seachange.sql.quote import literal, name

_KINDS = (
    "GrantStmt",
    "GrantRoleStmt",
    "AlterOwnerStmt",
    "AlterTableStmt",
    "CreatePolicyStmt",
    "AlterPolicyStmt",
    "CreateSchemaStmt",
    "AlterDefaultPrivilegesStmt",
    "AlterRoleStmt",
    "AlterRoleSetStmt",
    "CreateUserMappingStmt",
    "ReassignOwnedStmt",
    "DropOwnedStmt",
)


def _look(written: Written, around: Around) -> Remarks:
    if was_told(around, CHECK.name):
        return
    roles = list(_roles(written, around))
    if roles and not around.world.known:
        yield from unknown(around, CHECK.name, "whether the server has the roles that the script names")
        return
    for role in roles:
        yield _remark(role, around)


def _remark(role: str, around: Around) -> Remark:
    return Remark(
        message=f"The server has no role {name(role)} (42704).",
        about=role,
        advice="Say which role plays its part here, or make it.",
        safe=f"CREATE ROLE {name(role)} NOLOGIN;",
        asks=None if _are_told(around) else _question(role),
    )


def _question(role: str) -> Question:
    return Question(
        f"SELECT {literal(role)}, 'The server has no such role.' "
        f"WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {literal(role)})"
    )


def _roles(written: Written, around: Around) -> Iterator[str]:
    """The roles that the statement names, without those that are known to be there."""
    assert written.node is not None
    made = {str(node.role) for node in around.earlier_of("CreateRoleStmt")}
    named = (each for each in around.nodes if isinstance(each, RoleSpec) and each.roletype == ROLESPEC_CSTRING)
    for role in dict.fromkeys(str(each.rolename) for each in named):
        if role not in made and around.world.get(Ref("role", (role,))) is None:
            yield role


def _are_told(around: Around) -> bool:
    """Whether the catalog tells of roles, so that what it does not have is not there."""
    return around.world.catalog is not None and any(True for _ in around.world.catalog.of(Role))


CHECK = Check(
    name="missing-role",
    code="CM02",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="roles that the server does not have",
    kinds=_KINDS,
    statement=_look,
)
