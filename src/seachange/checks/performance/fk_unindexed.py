"""A foreign key has no index on the side that refers, so that each DELETE of a parent reads the whole child table.

Before a parent row goes, or its key changes, the server looks for rows that refer to it. Without an index that is a
sequential scan for each parent row, while locks are held: deleting a thousand parents reads the child a thousand
times. Joins along the key want the same index.

An index serves if it begins with the columns of the key, in whatever order, and is not partial, or only leaves nulls
out. Build it before the foreign key is added.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import TableConstraint
from seachange.checks.check import Check, Needs, Remark, Remarks, Verdict
from seachange.checks.judging import of_state, of_statement
from seachange.checks.keys import covers
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.quote import listed


def _judge(key: TableConstraint, whole: Whole) -> Remarks:
    table = key.names[:-1]
    known = whole.table(table)
    if key.type != "foreign key" or not key.columns or key.inherited or (known is None and whole.known):
        return
    if any(covers(index, key.columns) for index in whole.indexes(table)):
        return
    name = spelled(table)
    yield Remark(
        message=f"The foreign key {spelled(key.names[-1:])} of {name} on {listed(key.columns)} has no index.",
        about=name,
        advice="Build one; CONCURRENTLY, others can write meanwhile.",
        safe=f"CREATE INDEX CONCURRENTLY ON {name} ({listed(key.columns)});",
        verdict=Verdict.FLAGGED if whole.known or whole.world.is_new(table) else Verdict.UNKNOWN,
    )


CHECK = Check(
    name="fk-unindexed",
    code="PF01",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="foreign keys without an index",
    kinds=("CreateStmt", "AlterTableStmt"),
    statement=of_statement(_judge, TableConstraint),
    state=of_state(_judge, TableConstraint),
    same_as=("advisor fk-unindexed", "splinter 0001"),
)
