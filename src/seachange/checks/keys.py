"""Indexes as the checks see them: what they begin with, what they cover, which are alike."""

from __future__ import annotations

from seachange.catalog.facts.relations import Index, Table
from seachange.checks.expressions import parsed
from seachange.checks.whole import Whole
from seachange.sql.nodes import IS_NOT_NULL, NullTest
from seachange.sql.tree import inner, kind

ORDERED = "btree"


def covers(index: Index, columns: tuple[str, ...]) -> bool:
    """Whether an equality on all of these columns, none of them null, can use the index, whatever its order."""
    leading = index.columns[: len(columns)]
    suits = index.method == ORDERED or (index.method == "hash" and len(columns) == 1)
    return suits and set(leading) == set(columns) and (index.predicate is None or _asks_not_null(index, columns))


def _asks_not_null(index: Index, columns: tuple[str, ...]) -> bool:
    """Whether its condition says no more than that one of the columns is not null."""
    node = parsed(index.predicate)
    if not isinstance(node, NullTest) or node.nulltesttype != IS_NOT_NULL:
        return False
    column = inner(node.arg)
    return kind(column) == "ColumnRef" and str(column.fields[-1].string.sval) in columns


def shape(index: Index) -> tuple[object, ...]:
    """What two indexes have in common that answer the same."""
    return index.method, index.columns, index.keys, index.include, index.predicate


def is_kept(index: Index, whole: Whole) -> bool:
    """Whether something but queries needs it: a constraint, or logical replication."""
    table = whole.table(index.table)
    named = isinstance(table, Table) and table.replica_identity == f"index {index.names[-1]}"
    return index.unique or index.constraint or named or index.part_of is not None
