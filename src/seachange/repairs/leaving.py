"""A statement left out: where nothing else serves, or with another that was left out."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.repairs.case import Case
from seachange.repairs.made import made
from seachange.repairs.missing import cause, is_lost, missing
from seachange.repairs.refusal import Refusal, Sort
from seachange.repairs.repair import Outcome, Question, Repair
from seachange.repairs.scopes import is_owed
from seachange.sql.nodes import (
    CommentStmt,
    CreatePolicyStmt,
    CreateTrigStmt,
    DeleteStmt,
    GrantStmt,
    IndexStmt,
    InsertStmt,
    Node,
    UpdateStmt,
    ViewStmt,
)

EXPLAINED = {
    "42P01": "it needs a relation that is not here",
    "42883": "it calls something that is not here",
    "42704": "it names something that is not here",
    "42703": "it needs a column that is not here",
    "3F000": "it names a schema that is not here",
    "42803": "it groups in a way that PostgreSQL does not allow",
    "42702": "it names a column that several relations have",
}

MISFITS = frozenset({"23502", "23503", "23505", "23514", "22P02", "22001"})
"""What is said against rows."""


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    """The last that can be done; never for what a statement was to make that is still refused."""
    rows = isinstance(case.node, InsertStmt | UpdateStmt | DeleteStmt) and refusal.code in MISFITS
    if refusal.sort is not Sort.ERROR or not (refusal.code in EXPLAINED or rows):
        return
    lacks = missing(refusal)
    if is_owed(refusal, case) or (lacks and is_lost(case, *lacks)):
        return
    gone = cause(case, *lacks) if lacks else None
    why = EXPLAINED.get(refusal.code, "its rows do not fit into the table as it is here")
    if lacks and gone is not None:
        why = f"{'.'.join(lacks[1])} was to be made at {case.lines[gone].written.place}, which is left out"
    asked = f"cannot-run {case.line.written.place}"
    yield Question(asked, f"The server refuses this: {refusal.said}.", (left_out(case, why),), open=True)


def left_out(case: Case, why: str) -> Repair:
    """The answer that leaves the whole statement out."""
    return Repair(name="leave-out", does=f"Left out: {why}.", follows=lost(case.node), outcome=Outcome.REMOVED, text="")


def lost(node: Message | None) -> str:
    """What is lost with a statement."""
    match node:
        case CreatePolicyStmt(policy_name=policy, table=table):
            return f"Rows of {table.relname} that the policy {policy} was to show or allow are not, or others are."
        case IndexStmt(relation=table) | CreateTrigStmt(relation=table):
            return _of_table(node, str(table.relname))
        case CommentStmt():
            return ""
        case GrantStmt():
            return "Rights that it was to give or take are as they were."
    found = made(node)
    what = "view" if isinstance(node, ViewStmt) else found[0] if found else ""
    return f"There is no {what} {'.'.join(found[1])}." if found else "What the statement does is not done."


def _of_table(node: Node, table: str) -> str:
    if isinstance(node, CreateTrigStmt):
        return f"What the trigger {node.trigname} was to do for rows of {table} is not done."
    if node.unique:
        return f"That no two rows of {table} are alike is not checked."
    return f"Queries of {table} that the index would have served read more."
