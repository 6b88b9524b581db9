"""A B-tree on a jsonb column answers only whether two whole documents are equal or which is greater.

What is asked of documents as a rule, whether they contain something (@>) or have a key (?), only a GIN index answers. A
B-tree over whole documents is large, refuses documents of more than about 2,700 bytes, and is used by nothing. For one
value inside, an index on the expression `(doc ->> 'key')` is the right one.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Index
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.keys import ORDERED
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity


def _judge(index: Index, whole: Whole) -> Remarks:
    column = whole.column(index.table, index.columns[0]) if index.columns and index.columns[0] else None
    if index.method == ORDERED and column is not None and column.type == "jsonb":
        table, label = spelled(index.table), spelled(column.names[-1:])
        yield Remark(
            message=f"The index {spelled(index.names[-1:])} of {table} is a B-tree on {label}, which is jsonb.",
            about=table,
            advice="Use GIN, or an index on the value that is asked for.",
            safe=f"CREATE INDEX CONCURRENTLY ON {table} USING gin ({label} jsonb_path_ops);",
        )


CHECK = Check(
    name="btree-on-jsonb",
    code="PF06",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="B-trees on jsonb",
    kinds=("IndexStmt",),
    statement=of_statement(_judge, Index),
    state=of_state(_judge, Index),
    same_as=("advisor btree-on-jsonb",),
)
