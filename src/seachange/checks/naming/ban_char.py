"""char(n) fills every value up with blanks, and forgets them again when it is compared.

A value that is shorter than n is stored with blanks behind it, so it takes more room, not less.  Blanks at the end
count in some operations and not in others: length() leaves them out, LIKE and a regular expression see them, a cast
to text drops them.  char without a number is char(1).  The quoted "char" is another type, of one byte, which
PostgreSQL's own catalogs use; it is not meant for tables of yours.

text with a CHECK on the length says what was meant.
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
        if column.type_name in ("bpchar", "char"):
            yield Remark(
                message=f"{column.about} is filled up with blanks by its type.",
                about=column.about,
                at=column.type,
                advice="Use text, with CHECK (length(...) = n) where every value has n letters.",
                edits=replaced(column, written, "text", "char fills values up with blanks"),
            )


def _stands(state: State) -> Remarks:
    for column in standing(state, "character"):
        yield Remark(
            message=f"{spelled(column.names)} is filled up with blanks by its type, {column.type}.",
            about=spelled(column.names),
            advice="Use text, with CHECK (length(...) = n) where every value has n letters.",
        )


CHECK = Check(
    name="ban-char",
    code="NM10",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="char and char(n)",
    kinds=KINDS,
    statement=_look,
    state=_stands,
    same_as=("squawk ban-char-field", "advisor type-char-n"),
)
