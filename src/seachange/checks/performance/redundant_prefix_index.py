"""An index is the beginning of another one, which answers the same questions.

A B-tree on (a, b) finds rows by a alone nearly as fast as one on (a) does. The smaller index costs with each write.
It may stay where it is much smaller and read very often, or where it makes HOT updates possible; as a rule it was
there first, and nobody thought of it when the other came.

Unique indexes and those of constraints are not told: they say something.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Index
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_state, of_statement
from seachange.checks.keys import ORDERED, is_kept
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity


def _judge(index: Index, whole: Whole) -> Remarks:
    if index.method != ORDERED or not index.valid or is_kept(index, whole) or "" in index.columns or index.include:
        return
    longer = next((other for other in whole.indexes(index.table) if _begins(index, other)), None)
    if longer:
        yield Remark(
            message=f"The index {spelled(index.names[-1:])} of {spelled(index.table)} is the beginning of "
            f"{spelled(longer.names[-1:])}.",
            about=spelled(index.table),
            advice="Drop the shorter one, unless it is there for its size.",
            safe=f"DROP INDEX CONCURRENTLY {spelled(index.names)};",
        )


def _begins(short: Index, long: Index) -> bool:
    count = len(short.columns)
    return (
        long.method == ORDERED
        and len(long.columns) > count
        and "" not in long.columns
        and long.columns[:count] == short.columns
        and _keys(long)[:count] == _keys(short)
        and long.predicate == short.predicate
    )


def _keys(index: Index) -> tuple[str, ...]:
    """The key parts; those in their type's usual order are spelled out only beside others that are not."""
    return index.keys or index.columns


CHECK = Check(
    name="redundant-prefix-index",
    code="PF03",
    severity=Severity.NOTE,
    needs=frozenset({Needs.CATALOG}),
    summary="indexes that are the beginning of another one",
    kinds=("IndexStmt",),
    statement=of_statement(_judge, Index),
    state=of_state(_judge, Index),
    same_as=("advisor redundant-prefix-index", "pghero redundant_indexes"),
)
