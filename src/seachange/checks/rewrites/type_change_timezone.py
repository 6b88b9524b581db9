"""A timestamp that gets or loses its time zone is read in the zone of the session, whatever that is.

In UTC the change takes an instant, and the values mean what they meant to whoever stored them in UTC.  In any other
zone PostgreSQL shifts every value by the offset of its day, writes the table anew under ACCESS EXCLUSIVE, and nobody
sees afterwards which zone it was.  The same migration run by two people may lead to two different tables.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.doing.columns import is_utc
from seachange.checks.rewriting import changes, is_by_zone
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for change in changes(around):
        if not is_by_zone(change) or change.using is not None or is_utc(around.world):
            continue
        zone = around.world.setting("timezone")
        where = f"in the zone {zone}" if zone else "in whatever zone the session has"
        column, table = name(change.name), spelled(change.table)
        yield Remark(
            message=f"Each {column} of {table} is read as a time {where}; unless that is UTC the table is written "
            "anew, and nobody can use it meanwhile.",
            about=table,
            advice="Say in which zone the values are; if they are in UTC, set it for the transaction.",
            safe=f"BEGIN;\nSET LOCAL timezone = 'UTC';\n"
            f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {change.type};\nCOMMIT;",
        )


CHECK = Check(
    name="type-change-timezone",
    code="RW11",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="a timestamp that gets or loses its time zone outside of UTC",
    kinds=("AT_AlterColumnType",),
    statement=_look,
    same_as=("strong_migrations change_column",),
)
