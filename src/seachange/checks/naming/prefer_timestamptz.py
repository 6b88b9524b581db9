"""A timestamp without time zone does not say which moment it means.

PostgreSQL keeps the digits and forgets where the clock hung.  Two servers, or one server and its clients in another
zone, read different moments out of the same value; twice a year an hour is there twice or not at all.  timestamptz
takes as much room, keeps the moment, and shows it in the zone of whoever reads it.

What really is a time on the wall - the opening hour of a shop, a birthday party - may stay without a zone.
"""

from __future__ import annotations

from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.columns import KINDS, Typed, replaced, standing
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    for column in around.columns:
        if column.type_name == "timestamp":
            yield Remark(
                message=f"{column.about} has no time zone, so its values name no moment.",
                about=column.about,
                at=column.type,
                advice="Use timestamptz.",
                edits=replaced(column, written, _with_zone(column), "a timestamp without time zone names no moment"),
            )


def _stands(state: State) -> Remarks:
    for column in standing(state, "timestamp without time zone"):
        yield Remark(
            message=f"{spelled(column.names)} has no time zone, so its values name no moment.",
            about=spelled(column.names),
            advice="Use timestamptz.",
        )


def _with_zone(column: Typed) -> str:
    digits = [each.a_const.ival.ival for each in column.type.typmods]
    return f"timestamptz({digits[0]})" if digits else "timestamptz"


CHECK = Check(
    name="prefer-timestamptz",
    code="NM09",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="timestamp without time zone",
    kinds=KINDS,
    statement=_look,
    state=_stands,
    same_as=("squawk prefer-timestamp-tz", "advisor type-timestamp-without-tz"),
)
