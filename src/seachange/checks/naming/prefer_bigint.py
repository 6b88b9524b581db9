"""A column of 32 or 16 bits runs out of numbers, and making it wider later writes the whole table anew.

An integer ends at 2,147,483,647, a smallint at 32,767.  A key that reaches the end refuses every further row, on some
night.  ALTER COLUMN ... TYPE bigint then copies table and indexes while nobody may read or write, and every foreign
key to the column needs the same.  Four bytes more for each row are what it costs to have bigint from the beginning;
often not even these, since values are aligned to eight bytes.

Where a number is small by its nature - a year, a position, a status code - leave the narrow type and pass this by.
In a state, only primary keys are told.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import TableConstraint
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.columns import KINDS, replaced, standing
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written

_WIDER = {
    "int4": ("integer", "bigint", "squawk prefer-bigint-over-int"),
    "int": ("integer", "bigint", "squawk prefer-bigint-over-int"),
    "integer": ("integer", "bigint", "squawk prefer-bigint-over-int"),
    "serial": ("serial", "bigserial", "squawk prefer-bigint-over-int"),
    "serial4": ("serial4", "bigserial", "squawk prefer-bigint-over-int"),
    "int2": ("smallint", "bigint", "squawk prefer-bigint-over-smallint"),
    "smallint": ("smallint", "bigint", "squawk prefer-bigint-over-smallint"),
    "smallserial": ("smallserial", "bigserial", "squawk prefer-bigint-over-smallint"),
    "serial2": ("serial2", "bigserial", "squawk prefer-bigint-over-smallint"),
}


def _look(written: Written, around: Around) -> Remarks:
    for column in around.columns:
        if found := _WIDER.get(column.type_name):
            narrow, wide, rule = found
            yield Remark(
                message=f"{column.about} is {narrow}, which ends sooner than the rows may.",
                about=column.about,
                at=column.type,
                advice=f"Make it {wide} while that costs nothing.",
                edits=replaced(column, written, wide, f"{narrow} runs out of numbers"),
                same_as=(rule,),
            )


def _stands(state: State) -> Remarks:
    keys = _keys(state)
    for column in standing(state, "integer", "smallint"):
        if column.names in keys:
            yield Remark(
                message=f"The primary key {spelled(column.names)} is {column.type}: at its end, no row can be added.",
                about=spelled(column.names),
                advice="Move it to bigint before it is half full.",
                same_as=("advisor int4-primary-key",),
            )


def _keys(state: State) -> frozenset[tuple[str, ...]]:
    """The columns that are a primary key alone."""
    keys = (key for key in state.catalog.of(TableConstraint) if key.type == "primary key" and len(key.columns) == 1)
    return frozenset((*key.names[:-1], *key.columns) for key in keys)


CHECK = Check(
    name="prefer-bigint",
    code="NM06",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="integer and smallint where bigint never runs out",
    kinds=KINDS,
    statement=_look,
    state=_stands,
    same_as=("squawk prefer-bigint-over-int", "squawk prefer-bigint-over-smallint"),
)
