"""A role that people or programs log in as passes by row security: it is a superuser or has BYPASSRLS.

No policy is asked for such a role, forced or not. Where the application logs in as one, as many hosting platforms
suggest with the role they hand out, tests pass and row security protects from nobody. Give the application a role of
its own without these attributes, and keep the other for migrations and backups.

The role with which the cluster was made is not told.
"""

from __future__ import annotations

from seachange.catalog.facts.cluster import Role
from seachange.catalog.facts.relations import Table
from seachange.checks.around import State
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.judging import of_statement
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity

ASKED = """
select r.rolname, format('%s may log in and %s: no policy holds for it.', r.rolname,
                         case when r.rolsuper then 'is a superuser' else 'has BYPASSRLS' end)
from pg_roles r
where r.rolcanlogin and (r.rolsuper or r.rolbypassrls) and r.oid >= 16384
"""
FIRST = "postgres"
"""What the role with which a cluster is made is called as a rule."""


def _state(state: State) -> Remarks:
    if not any(table.row_security for table in state.whole.of(Table)):
        return
    if state.whole.knows_roles:
        for role in state.whole.of(Role):
            yield from _judge(role, state.whole)
        return
    yield Remark(
        message="There is row security: whether it holds for the roles that log in, their attributes tell.",
        advice="Have the application log in as a role without them.",
        asks=Question(ASKED),
    )


def _judge(role: Role, whole: Whole) -> Remarks:
    del whole
    name = spelled(role.names)
    if role.login and (role.superuser or role.bypass_row_security) and role.names != (FIRST,):
        what = "is a superuser" if role.superuser else "has BYPASSRLS"
        yield Remark(
            message=f"{name} may log in and {what}: no policy holds for it.",
            about=name,
            advice="Have the application log in as a role without it.",
            safe=f"ALTER ROLE {name} {'NOSUPERUSER' if role.superuser else 'NOBYPASSRLS'};",
        )


CHECK = Check(
    name="role-bypassrls",
    code="SE25",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG, Needs.DATA}),
    summary="roles that log in and pass by row security",
    kinds=("CreateRoleStmt", "AlterRoleStmt"),
    statement=of_statement(_judge, Role),
    state=_state,
)
