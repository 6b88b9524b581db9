"""BEGIN and COMMIT that do not match, or that a tool which wraps the file in a transaction of its own does not expect.

A second BEGIN only warns, and the first COMMIT then ends everything.  A COMMIT in a wrapped file ends the tool's
transaction: what follows is no longer taken back when it fails.  A BEGIN without COMMIT is taken back when the session
ends, and nothing has happened.

Have exactly one BEGIN and one COMMIT, or none and leave it to the tool.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.transactions import opening
from seachange.finding import Severity
from seachange.sql.blocks import closes, opens
from seachange.sql.migration import Written

_NESTED, _OPEN = ("squawk transaction-nesting",), ("squawk ban-uncommitted-transaction",)


def _look(written: Written, around: Around) -> Remarks:
    if opens(written):
        yield from _begin(around)
    elif closes(written):
        yield from _end(written, around)


def _begin(around: Around) -> Remarks:
    script, first = around.script, opening(around)
    if script.wrapped:
        yield Remark(
            message="BEGIN in a file that is run in a transaction anyway only warns, and the next COMMIT ends both.",
            advice="Leave it out.",
            same_as=_NESTED,
        )
    elif first is not None:
        yield Remark(
            message=f"BEGIN within the transaction that line {first.line} began only warns, and the next"
            " COMMIT ends both.",
            advice="Commit the first transaction before, or leave this BEGIN out.",
            same_as=_NESTED,
        )
    elif not any(closes(each) for each in around.later):
        yield Remark(
            message="The transaction is never committed: all of it is taken back when the session ends.",
            advice="End the file with COMMIT.",
            safe="COMMIT;",
            same_as=_OPEN,
        )


def _end(written: Written, around: Around) -> Remarks:
    word = written.words[0]
    if around.script.wrapped:
        yield Remark(
            message=f"{word} ends the transaction of the tool that runs this file: what follows is not taken back when"
            " it fails.",
            advice="Leave it out.",
            same_as=_NESTED,
        )
    elif opening(around) is None:
        yield Remark(
            message=f"{word} without a BEGIN only warns: what stands before it was committed one by one.",
            advice="Put a BEGIN before the first statement, or leave this out.",
            same_as=_NESTED,
        )


CHECK = Check(
    name="transaction-control-in-file",
    code="CO11",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="BEGIN and COMMIT that do not match",
    kinds=("TransactionStmt",),
    statement=_look,
    same_as=(*_NESTED, *_OPEN),
)
