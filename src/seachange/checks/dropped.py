"""What a DROP names."""

from __future__ import annotations

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.sql.migration import Written
from seachange.sql.nodes import OBJECT_TABLE, DropStmt, RangeVar


def dropped_tables(written: Written, around: Around) -> tuple[Path, ...]:
    """The tables that a DROP TABLE names."""
    statement = written.node
    if not isinstance(statement, DropStmt) or statement.remove_type != OBJECT_TABLE:
        return ()
    found = (tuple(part.string.sval for part in each.list.items) for each in statement.objects)
    return tuple(around.world.path(RangeVar(schemaname="".join(names[-2:-1]), relname=names[-1])) for names in found)
