"""A table that moves to another tablespace or access method is copied whole while nobody can use it.

SET TABLESPACE copies the files, SET ACCESS METHOD (from 15) writes every row anew; both under ACCESS EXCLUSIVE, both
through the write-ahead log.  Where the table is there already, the statement takes an instant.  Indexes can move while
others work, by REINDEX (TABLESPACE …) CONCURRENTLY; a table moves so only as a new one that is filled beside it.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.rewriting import commands, is_rewritten, weight
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_SetAccessMethod, AT_SetTableSpace
from seachange.sql.quote import name


def _look(written: Written, around: Around) -> Remarks:
    for table, command in commands(around, AT_SetAccessMethod, AT_SetTableSpace):
        if not is_rewritten(table, around):
            continue
        space = command.subtype == AT_SetTableSpace
        to = f"to {name(command.name)}" if command.name else "to the usual access method"
        new = spelled((*table[:-1], f"{table[-1]}_new"))
        way = f"TABLESPACE {name(command.name)}" if space else f"USING {name(command.name or 'heap')}"
        yield Remark(
            message=f"All of {spelled(table)} is copied {to}, and nobody can use it meanwhile.",
            about=spelled(table),
            advice="Fill a new table there in batches, and let it take the name.",
            safe=f"CREATE TABLE {new} (LIKE {spelled(table)} INCLUDING ALL) {way};",
            severity=weight(table, around, Severity.ERROR),
        )


CHECK = Check(
    name="set-access-method-or-tablespace",
    code="RW14",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="a table that moves to another tablespace or access method",
    kinds=("AT_SetAccessMethod", "AT_SetTableSpace"),
    statement=_look,
)
