"""The type of a column that a foreign key joins to another table cannot change without locking both tables.

PostgreSQL makes the constraint anew: it locks the other table, too, ACCESS EXCLUSIVE, and where the values are written
anew it looks every one of them up again.  And the two columns no longer have the same type, so that each look-up
converts.  A key is best changed on both sides: new columns, filled in batches, with a foreign key of their own.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.doing.columns import keys_with
from seachange.checks.rewriting import changes, is_rewritten
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for change in changes(around):
        for key in keys_with(change.table, change.name, around.world):
            others = {key.names[:-1], key.references or change.table} - {change.table}
            about = " and ".join(map(spelled, sorted(others))) or spelled(change.table)
            work = "while the rows are written anew and looked up again" if is_rewritten(change.table, around) else ""
            yield Remark(
                message=f"{name(key.names[-1])} joins {name(change.name)} of {spelled(change.table)} to another: "
                f"nobody can use {about} either{f', {work}' if work else ' until the transaction ends'}.",
                about=spelled(change.table),
                advice="Add columns of the new type on both sides, fill them in batches, and let them take the names.",
                severity=Severity.ERROR if work else Severity.NOTE,
            )


CHECK = Check(
    name="type-change-key-referenced",
    code="RW12",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="ALTER COLUMN TYPE of a column in a foreign key",
    kinds=("AT_AlterColumnType",),
    statement=_look,
)
