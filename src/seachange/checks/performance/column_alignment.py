"""The columns of a new table stand in an order that leaves gaps in each row.

A bigint, a timestamp or a float8 begins at a multiple of eight bytes, an integer at one of four. A boolean before a
bigint costs seven empty bytes in each row. Columns of fixed length, the long ones first, and those of variable length
last, leave none. On a table of a million rows eight bytes are eight megabytes; on small tables it makes no
difference.
"""

from __future__ import annotations

from collections.abc import Iterable

from seachange.catalog.facts.relations import Table
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.judging import of_statement
from seachange.checks.whole import Whole
from seachange.checks.world import spelled
from seachange.finding import Severity

WIDTHS = {
    **dict.fromkeys(("boolean", "bool", '"char"'), 1),
    **dict.fromkeys(("smallint", "int2", "smallserial"), 2),
    **dict.fromkeys(("integer", "int", "int4", "real", "float4", "date", "serial", "oid"), 4),
    **dict.fromkeys(
        ("bigint", "int8", "double precision", "float8", "bigserial", "money", "timestamp", "timestamptz"), 8
    ),
    **dict.fromkeys(("timestamp without time zone", "timestamp with time zone", "time", "time without time zone"), 8),
}
"""Bytes of a value, which is what it is aligned to."""
UUID = 16
"""Aligned to nothing."""
WASTE = 8
"""Bytes in a row that are worth telling."""


def _judge(table: Table, whole: Whole) -> Remarks:
    columns = [column for column in whole.columns(table.names) if not column.inherited]
    fixed = [(column.names[-1], width) for column in columns if (width := _width(column.type))]
    best = sorted(fixed, key=lambda one: -one[1])
    lost = _length(width for _, width in fixed) - _length(width for _, width in best)
    if lost >= WASTE:
        yield Remark(
            message=f"The order of columns leaves {lost} bytes empty in each row of {spelled(table.names)}.",
            about=spelled(table.names),
            advice=f"Put columns of fixed length first, the long ones before: {', '.join(name for name, _ in best)}.",
        )


def _width(type_: str) -> int:
    return UUID if type_ == "uuid" else WIDTHS.get(type_, 0)


def _length(widths: Iterable[int]) -> int:
    at = 0
    for width in widths:
        alignment = 1 if width == UUID else width
        at += -at % alignment + width
    return at


CHECK = Check(
    name="column-alignment",
    code="PF15",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="columns in an order that leaves gaps",
    kinds=("CreateStmt",),
    statement=of_statement(_judge, Table),
    optional=True,
    same_as=("atlas PG110",),
)
