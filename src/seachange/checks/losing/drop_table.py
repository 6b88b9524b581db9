"""DROP TABLE takes the rows along, and locks the tables that it refers to.

Nothing brings a dropped table back but a backup.  As long as it only has another name, an application that still uses
it shows, and the rows are there.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import OBJECT_TABLE, DropStmt, RangeVar


def _look(written: Written, around: Around) -> Remarks:
    statement = written.node
    assert isinstance(statement, DropStmt)
    if statement.remove_type != OBJECT_TABLE:
        return
    for each in statement.objects:
        *schema, table = (part.string.sval for part in each.list.items)
        names = around.world.path(RangeVar(schemaname="".join(schema[-1:]), relname=table))
        if not around.world.is_new(names):
            yield Remark(
                message=f"{spelled(names)} and all its rows are gone afterwards.",
                about=spelled(names),
                advice="Give it another name first, and drop it when nothing has missed it.",
                safe=f"ALTER TABLE {spelled(names)} RENAME TO {table}_dropped;",
            )


CHECK = Check(
    name="drop-table",
    code="DL01",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.SIZES}),
    summary="DROP TABLE, which takes the rows along",
    kinds=("DropStmt",),
    statement=_look,
    same_as=("squawk ban-drop-table", "atlas DS102"),
)
