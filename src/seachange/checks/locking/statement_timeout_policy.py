"""Statements that lock need a short statement_timeout, and those that work concurrently none at all.

Where something goes on for longer than expected under a lock that stops others, statement_timeout ends it and all is as
before.  An index that is built concurrently is another matter: ended half-way, it is left behind and not valid; and a
VALIDATE or a backfill is only to be done again.  That no timeout is set is said once for a script.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.timeouts import LOCK, STATEMENT, in_force, is_concurrent, line_of, written_for
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    CallStmt,
    CopyStmt,
    DeleteStmt,
    DoStmt,
    InsertStmt,
    MergeStmt,
    SelectStmt,
    TransactionStmt,
    UpdateStmt,
    VariableSetStmt,
    VariableShowStmt,
)
from seachange.step import Lock

_NO_DDL = (
    SelectStmt,
    InsertStmt,
    UpdateStmt,
    DeleteStmt,
    MergeStmt,
    CopyStmt,
    DoStmt,
    CallStmt,
    TransactionStmt,
    VariableSetStmt,
    VariableShowStmt,
)
SHORTEST = 60_000
"""Milliseconds, below which it may end an index build of a table of some size."""
LIMITS = {STATEMENT: "5s", LOCK: "1s"}
HINT = ("squawk require-timeout-settings",)


def _look(written: Written, around: Around) -> Remarks:
    limit = in_force(STATEMENT, around)
    if is_concurrent(written):
        if limit and limit < SHORTEST:
            yield _too_short(limit)
        return
    if written.node is None or isinstance(written.node, _NO_DDL):
        return
    if not limit and around.effects.lock is Lock.ACCESS_EXCLUSIVE:
        yield from _missing(around)
        return
    unset = [name for name in (STATEMENT, LOCK) if not in_force(name, around)]
    if unset and around.effects.lock < Lock.SHARE and around.first("statement-timeout-hint"):
        yield Remark(
            message=f"Without {' and '.join(unset)}, nobody ends a statement that waits or hangs.",
            advice="Set them at the beginning of the script.",
            safe="\n".join(line_of(name, LIMITS[name], around) for name in unset),
            severity=Severity.NOTE,
            same_as=HINT,
        )


def _too_short(limit: float) -> Remark:
    return Remark(
        message=f"A statement_timeout of {limit / 1000:g} seconds may end this half-way, and what is left behind of it "
        "is not valid.",
        advice="Switch it off for what works concurrently.",
        safe="SET statement_timeout = 0;",
    )


def _missing(around: Around) -> Remarks:
    if around.first("statement-timeout-policy"):
        yield Remark(
            message="No statement_timeout is set: however long this takes, nobody can use the table meanwhile.",
            advice="Set one of some seconds for what only changes the catalog.",
            safe=line_of(STATEMENT, "5s", around),
            edits=written_for(STATEMENT, "5s", around, "what takes longer than expected is ended"),
        )


CHECK = Check(
    name="statement-timeout-policy",
    code="LK18",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="a statement_timeout that is missing, or ends what should take its time",
    statement=_look,
    queueing=True,
    same_as=("squawk require-statement-timeout", "squawk require-timeout-settings"),
)
