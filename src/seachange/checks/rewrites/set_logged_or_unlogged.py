"""SET LOGGED and SET UNLOGGED write the whole table anew while nobody can use it.

The table and its indexes are copied under ACCESS EXCLUSIVE; with SET LOGGED all of it goes through the write-ahead log
as well, and on to every standby.  An unlogged table is empty after a crash, and empty on standbys.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.rewriting import commands, is_rewritten, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_SetLogged, AT_SetUnLogged


def _look(written: Written, around: Around) -> Remarks:
    for table, command in commands(around, AT_SetLogged, AT_SetUnLogged):
        if not is_rewritten(table, around):
            continue
        unlogged = command.subtype == AT_SetUnLogged
        after = "A crash empties it from then on." if unlogged else "All of it goes through the write-ahead log."
        yield Remark(
            message=f"{spelled(table)} and its indexes are written anew, and nobody can use it meanwhile. {after}",
            about=spelled(table),
            advice="Fill a new table in batches, and let it take the name.",
            safe=f"CREATE {'UNLOGGED ' if unlogged else ''}TABLE {spelled((*table[:-1], table[-1] + '_new'))} "
            f"(LIKE {spelled(table)} INCLUDING ALL);",
            severity=weight(table, around, Severity.ERROR),
        )


CHECK = Check(
    name="set-logged-or-unlogged",
    code="RW13",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="SET LOGGED or SET UNLOGGED of a table with rows",
    kinds=("AT_SetLogged", "AT_SetUnLogged"),
    statement=_look,
    same_as=("pgfence set-logged-unlogged",),
)
