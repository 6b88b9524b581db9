"""Triggers come and go in an instant, but wait for their lock, and others behind them.

CREATE TRIGGER, and ENABLE and DISABLE TRIGGER, wait for all who write; DROP TRIGGER and a new name for it wait for all
who use the table.  With a short lock_timeout nobody notices.  CREATE OR REPLACE TRIGGER, where a trigger changes, needs
the weaker lock, and there is no moment without the trigger.
"""

from __future__ import annotations

from typing import Any

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remarks
from seachange.checks.doing.altering import TRIGGERS
from seachange.checks.queue import queued
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import OBJECT_TRIGGER, AlterTableStmt, CreateTrigStmt, DropStmt, RenameStmt


def _look(written: Written, around: Around) -> Remarks:
    if _is_about_triggers(written.node):
        yield from queued(around, "a trigger")


def _is_about_triggers(node: Any) -> bool:
    match node:
        case CreateTrigStmt():
            return True
        case AlterTableStmt():
            return any(each.alter_table_cmd.subtype in TRIGGERS for each in node.cmds)
        case DropStmt():
            return bool(node.remove_type == OBJECT_TRIGGER)
        case RenameStmt():
            return bool(node.rename_type == OBJECT_TRIGGER)
    return False


CHECK = Check(
    name="trigger-ddl",
    code="LK27",
    severity=Severity.NOTE,
    needs=frozenset({Needs.STATEMENT}),
    summary="a trigger that comes, goes or is switched on a table in use",
    kinds=("CreateTrigStmt", "AlterTableStmt", "DropStmt", "RenameStmt"),
    statement=_look,
    queueing=True,
    same_as=("pgls avoidCreateTrigger", "pgfence create-trigger"),
)
