"""A table has many indexes, or one with many columns: each write keeps them all.

Each INSERT writes into every index, and an UPDATE that changes a column of any of them writes into all. Beyond some
eight indexes writes cost more than most reads gain. An index of more than three columns is seldom asked for by all of
them; what only has to be read along belongs into INCLUDE.

Unique indexes may have as many columns as they need.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Index, Table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import brought, of_state
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written

MANY = 8
WIDE = 3


def _judge(table: Table, whole: Whole) -> Remarks:
    indexes = whole.indexes(table.names)
    if len(indexes) > MANY:
        yield _many(table, len(indexes))
    yield from (_wide(index) for index in indexes if _is_wide(index))


def _many(table: Table, count: int) -> Remark:
    return Remark(
        message=f"{spelled(table.names)} has {count} indexes, which each INSERT writes into.",
        about=spelled(table.names),
        advice="Look which of them are read: pg_stat_user_indexes tells.",
    )


def _is_wide(index: Index) -> bool:
    return len(index.columns) > WIDE and not index.unique and not index.constraint


def _wide(index: Index) -> Remark:
    return Remark(
        message=f"The index {spelled(index.names[-1:])} of {spelled(index.table)} has {len(index.columns)} columns.",
        about=spelled(index.table),
        advice="Keep the columns that are asked for, and put into INCLUDE what is only read along.",
    )


def _look(written: Written, around: Around) -> Remarks:
    del written
    for index in brought(around, Index):
        if _is_wide(index):
            yield _wide(index)
        table, count = around.end.table(index.table), len(around.after.indexes(index.table))
        one_too_many = count == MANY + 1 or (count > MANY and not around.world.is_new(index.table))
        if table and one_too_many:
            yield _many(table, count)


CHECK = Check(
    name="too-many-or-wide-indexes",
    code="PF07",
    severity=Severity.NOTE,
    needs=frozenset({Needs.CATALOG}),
    summary="many indexes of one table, and indexes with many columns",
    kinds=("IndexStmt",),
    statement=_look,
    state=of_state(_judge, Table),
)
