"""The keys of partitioned tables."""

from __future__ import annotations

from seachange.sql.nodes import PartitionSpec
from seachange.sql.tree import NotParsed, tree

EXPRESSION = ""
"""In a key: what is no column."""


def partition_columns(key: str) -> tuple[str, ...]:
    """The columns in a key as the catalog has it, such as `RANGE (region, at)`; an empty name for an expression."""
    if not key:
        return ()
    try:
        statement = tree(f"CREATE TABLE t () PARTITION BY {key}")
    except NotParsed:
        return ()
    return columns_of(statement.partspec)  # type: ignore[union-attr]


def columns_of(spec: PartitionSpec) -> tuple[str, ...]:
    return tuple(str(each.partition_elem.name) for each in spec.part_params)
