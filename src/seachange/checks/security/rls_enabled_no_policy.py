"""A table has row security and no policy, so that it is empty for everybody but its owner.

Without a policy row security lets no row pass: queries find nothing, inserts end in 42501.  Owners, superusers and
roles with BYPASSRLS notice nothing of it, and tests that run as one of these do not either.

If nobody but the owner is meant to read the table, taking the privileges away says so more plainly.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Table
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import brought, of_state
from seachange.checks.whole import TABLE, Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _judge(table: Table, whole: Whole) -> Remarks:
    if table.row_security and table.names not in whole.policies:
        yield Remark(
            message=f"{spelled(table.names)} has row security and no policy: nobody but its owner sees a row.",
            about=spelled(table.names),
            advice="Say in a policy who sees which rows.",
            safe=f"CREATE POLICY own_rows ON {spelled(table.names)} FOR ALL TO some_role USING (some_condition);",
        )


def _look(written: Written, around: Around) -> Remarks:
    del written
    for table in brought(around, Table):
        before = around.world.get(Ref(TABLE, table.names))
        was_on = isinstance(before, Table) and before.row_security
        if not was_on and (around.world.known or around.world.is_new(table.names)):
            yield from _judge(table, around.end)


CHECK = Check(
    name="rls-enabled-no-policy",
    code="SE04",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="tables with row security and no policy",
    kinds=("AlterTableStmt",),
    statement=_look,
    state=of_state(_judge, Table),
    same_as=("advisor rls-enabled-no-policy", "splinter 0008"),
)
