"""varchar(n) sets a limit that takes the strongest lock to change, and saves nothing.

text, varchar and varchar(n) are kept in the same way and are equally fast.  A limit that was guessed is wrong some
day; making it smaller reads the whole table, and views and policies on the column are in the way of any change of
type. A CHECK on the length says the same, can be added with NOT VALID, and can be changed without touching the
column.

A limit that belongs to the thing itself, as the two letters of a country, is better said by such a CHECK as well.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.columns import KINDS, replaced
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    for column in around.columns:
        if column.type_name == "varchar" and column.type.typmods:
            yield Remark(
                message=f"The length of {column.about} is limited by its type.",
                about=column.about,
                at=column.type,
                advice="Use text, and a CHECK on length() where there is a real limit.",
                edits=replaced(column, written, "text", "a limit in the type is hard to change"),
            )


CHECK = Check(
    name="prefer-text",
    code="NM08",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="varchar with a limit",
    kinds=KINDS,
    statement=_look,
    same_as=("squawk prefer-text-field",),
)
