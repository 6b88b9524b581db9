"""An unlogged table is empty after a crash, and empty on every standby.

It writes no WAL.  After the server was killed, PostgreSQL truncates the table at its start; a standby that is promoted
has none of its rows, and neither has a physical backup.  Foreign keys from logged tables are refused for that reason.

Right for what can be computed anew.  For anything else, SET LOGGED, which writes the table anew under a lock.
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts.relations import Table
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, there
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import AT_SetUnLogged


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    for command in commands(statement, AT_SetUnLogged):
        table = around.world.path(statement.relation)
        if there(around.world, table):
            yield _remark(spelled(table), at=command)


def _state(state: State) -> Remarks:
    for table in state.catalog.of(Table):
        if table.unlogged:
            yield _remark(spelled(table.names))


def _remark(table: str, at: Any = None) -> Remark:
    return Remark(
        message=f"{table} is unlogged: its rows are gone after a crash, and are on no standby.",
        about=table,
        at=at,
        advice="Have it logged, unless its rows can be computed anew.",
        safe=f"ALTER TABLE {table} SET LOGGED;",
    )


CHECK = Check(
    name="unlogged-data",
    code="DL14",
    severity=Severity.WARNING,
    needs=frozenset({Needs.CATALOG}),
    summary="tables whose rows a crash takes",
    kinds=("AT_SetUnLogged",),
    statement=_look,
    state=_state,
    same_as=("advisor unlogged-table",),
)
