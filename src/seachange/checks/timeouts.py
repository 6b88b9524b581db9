"""Timeouts that are in force for a statement, and lines that set them."""

from __future__ import annotations

from typing import Any

from seachange.checks.around import Around
from seachange.checks.editing import Edits, in_front
from seachange.checks.options import is_on
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CONSTR_CHECK,
    CONSTR_FOREIGN,
    OBJECT_INDEX,
    AlterTableStmt,
    AT_AddConstraint,
    AT_DetachPartition,
    AT_ValidateConstraint,
    CallStmt,
    CopyStmt,
    CreateTableAsStmt,
    DeleteStmt,
    DoStmt,
    DropStmt,
    IndexStmt,
    InsertStmt,
    MergeStmt,
    RefreshMatViewStmt,
    ReindexStmt,
    SelectStmt,
    UpdateStmt,
    VacuumStmt,
)
from seachange.sql.session import milliseconds

LOCK, STATEMENT, TRANSACTION = "lock_timeout", "statement_timeout", "transaction_timeout"
CONCURRENT = ("IndexStmt", "DropStmt", "ReindexStmt", "AlterTableStmt")
"""The statements that have a form that works concurrently."""


LONG = (
    UpdateStmt,
    DeleteStmt,
    InsertStmt,
    MergeStmt,
    CopyStmt,
    SelectStmt,
    DoStmt,
    CallStmt,
    CreateTableAsStmt,
    VacuumStmt,
    RefreshMatViewStmt,
)


def in_force(name: str, around: Around) -> float | None:
    """A timeout in milliseconds; None where the script does not set it."""
    value = around.settings.get(name)
    return milliseconds(value) if value is not None else None


def line_of(name: str, value: str, around: Around) -> str:
    """What sets it: until the end of the transaction, where there is one."""
    return f"SET {'LOCAL ' if around.transaction else ''}{name} = '{value}';"


def written_for(name: str, value: str, around: Around, why: str) -> Edits:
    """The same before the statement; nothing where it would hold for what must not be ended while it waits or works."""
    block = around.transaction[len(around.before) :]
    rest = block or (around.written, *around.later)
    unfit = is_long if name == STATEMENT else is_patient
    return () if any(map(unfit, rest)) else in_front(around.written, line_of(name, value, around), why)


def is_concurrent(written: Written) -> bool:
    """Whether it builds, drops or detaches concurrently, which waits for older transactions."""
    match written.node:
        case IndexStmt() | DropStmt() as statement:
            return bool(statement.concurrent)
        case ReindexStmt() as statement:
            return is_on(statement.params, "concurrently")
        case AlterTableStmt() as statement:
            return any(_detaches(each.alter_table_cmd) for each in statement.cmds)
    return False


def _detaches(command: Any) -> bool:
    return bool(command.subtype == AT_DetachPartition and getattr(command, "def").partition_cmd.concurrent)


def is_patient(written: Written) -> bool:
    """Whether it waits for older transactions while others work, or has a form that does."""
    match written.node:
        case IndexStmt() | ReindexStmt():
            return True
        case AlterTableStmt() as statement:
            return any(each.alter_table_cmd.subtype == AT_DetachPartition for each in statement.cmds)
        case DropStmt() as statement:
            return bool(statement.remove_type == OBJECT_INDEX)
    return False


def is_long(written: Written) -> bool:
    """Whether it may take as long as a table is large, and then is not to be ended."""
    match written.node:
        case AlterTableStmt() as statement:
            return is_patient(written) or any(_proves(each.alter_table_cmd) for each in statement.cmds)
    return is_patient(written) or isinstance(written.node, LONG)


def _proves(command: Any) -> bool:
    """Whether it reads rows for a constraint, or has a form that does so later."""
    constraint = getattr(command, "def").constraint
    added = command.subtype == AT_AddConstraint and not constraint.skip_validation
    return command.subtype == AT_ValidateConstraint or (added and constraint.contype in (CONSTR_CHECK, CONSTR_FOREIGN))
