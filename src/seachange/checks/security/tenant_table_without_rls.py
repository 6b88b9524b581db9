"""A table has the tenant column that its siblings protect, and no row security.

Where several tables of a schema keep tenants apart by a column such as `tenant_id`, a table with the same column and
without row security shows the rows of every tenant to every tenant.  As a rule it is newer than the others, and nobody
remembered.

Partitions are not told: who asks their table meets its policies.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Table
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.row_security import siblings, tenant_columns
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity

FEW = 2


def _judge(table: Table, whole: Whole) -> Remarks:
    if table.row_security or table.bound is not None:
        return
    schema = table.names[0]
    columns = {column.names[-1] for column in whole.columns(table.names)}
    for column in sorted(columns & tenant_columns(whole).get(schema, frozenset())):
        count = siblings(whole).get((schema, column), 0)
        if count >= FEW:
            yield Remark(
                message=f"{spelled(table.names)} has {column} and no row security, while {count} tables of its schema "
                "with that column have it.",
                about=spelled(table.names),
                advice="Give it the policy that its siblings have.",
                safe=f"ALTER TABLE {spelled(table.names)} ENABLE ROW LEVEL SECURITY;",
            )
            return


CHECK = Check(
    name="tenant-table-without-rls",
    code="SE10",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="tables with a tenant column and no row security",
    kinds=("CreateStmt",),
    statement=of_statement(_judge, Table),
    state=of_state(_judge, Table),
    same_as=("advisor tenant-table-without-rls",),
)
