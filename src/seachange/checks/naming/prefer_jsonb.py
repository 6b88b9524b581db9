"""json keeps the text as it was written; it can neither be compared nor indexed.

A json value is parsed anew each time anything is read out of it.  It has no equality, so SELECT DISTINCT, GROUP BY
and UNION over such a column are refused with 42883, and so are queries of frameworks that add DISTINCT by themselves.
There is no GIN index for it.  jsonb is parsed once, compares, and can be indexed.

json is right only where blanks, the order of keys and keys that occur twice must be kept as they came.
"""

from __future__ import annotations

from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.columns import KINDS, replaced, standing
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    for column in around.columns:
        if column.type_name == "json":
            yield Remark(
                message=f"{column.about} is json, which has no equality and no index.",
                about=column.about,
                at=column.type,
                advice="Use jsonb.",
                edits=replaced(column, written, "jsonb", "json has no equality"),
            )


def _stands(state: State) -> Remarks:
    for column in standing(state, "json"):
        yield Remark(
            message=f"{spelled(column.names)} is json, which has no equality and no index.",
            about=spelled(column.names),
            advice="Use jsonb.",
        )


CHECK = Check(
    name="prefer-jsonb",
    code="NM11",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="json where jsonb is meant",
    kinds=KINDS,
    statement=_look,
    state=_stands,
    same_as=("advisor type-json", "eugene E3", "pgls preferJsonb"),
)
