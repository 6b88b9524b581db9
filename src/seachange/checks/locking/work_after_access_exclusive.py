"""Work on rows in a transaction that has locked a table keeps everybody out of that table meanwhile.

ACCESS EXCLUSIVE is held until the transaction ends, however short the statement was that took it.  What follows in the
same transaction, a backfill, an index, a scan for a constraint, makes an instant into minutes for all who use the
table.  Put statements that only change the catalog together, and work on rows into transactions of its own.
"""

from __future__ import annotations

from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CopyStmt, DeleteStmt, InsertStmt, MergeStmt, SelectStmt, UpdateStmt
from seachange.step import Lock


def _look(written: Written, around: Around) -> Remarks:
    locked = _locked(around)
    if not locked or not (_goes_through_rows(written.node) or around.effects.works):
        return
    if not around.first(f"work-after-access-exclusive {around.at - len(around.before)}"):
        return
    yield Remark(
        message=f"Nobody can use {', '.join(map(spelled, locked))} until this is done, since a statement before it in "
        "the same transaction locked that.",
        about=spelled(locked[0]),
        advice="Commit before it, or do it first.",
    )


def _locked(around: Around) -> list[Path]:
    """What is kept from everybody, and is there still."""
    there = (names for names, lock in around.held.items() if lock is Lock.ACCESS_EXCLUSIVE)
    return [names for names in there if not around.world.known or around.world.at(names)]


def _goes_through_rows(node: Any) -> bool:
    """Whether it may have to do with many rows: not where it only puts values in, or reads no table."""
    match node:
        case UpdateStmt() | DeleteStmt() | MergeStmt() | CopyStmt():
            return True
        case InsertStmt():
            return not node.select_stmt.select_stmt.values_lists
        case SelectStmt():
            return bool(node.from_clause)
    return False


CHECK = Check(
    name="work-after-access-exclusive",
    code="LK15",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.SIZES}),
    summary="work on rows while the transaction keeps a table from everybody",
    statement=_look,
    same_as=(
        "eugene E4",
        "pgfence statement-after-access-exclusive",
        "pgls runningStatementWhileHoldingAccessExclusive",
    ),
)
