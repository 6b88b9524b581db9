"""Which statements of a script are one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from seachange.checks.around import Around
from seachange.sql.migration import Migration, Written
from seachange.sql.nodes import (
    TRANS_STMT_BEGIN,
    TRANS_STMT_COMMIT,
    TRANS_STMT_PREPARE,
    TRANS_STMT_ROLLBACK,
    TRANS_STMT_START,
    TransactionStmt,
)

_WORDS = frozenset({"BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE"})
_BEGINS = frozenset({TRANS_STMT_BEGIN, TRANS_STMT_START})
_ENDS = frozenset({TRANS_STMT_COMMIT, TRANS_STMT_ROLLBACK, TRANS_STMT_PREPARE})


def begins(written: Written) -> bool:
    """Whether this is a BEGIN."""
    return _control(written, _BEGINS)


def ends(written: Written) -> bool:
    """Whether this is a COMMIT or a ROLLBACK of the whole transaction."""
    return _control(written, _ENDS)


def _control(written: Written, kinds: frozenset[int]) -> bool:
    if not _WORDS.intersection(written.words[:1]):
        return False
    node = written.node
    return isinstance(node, TransactionStmt) and node.kind in kinds


def opened(script: Migration, at: int) -> int | None:
    """The number of the first statement of the transaction that is open when the one at `at` comes; None where it is
    sent on its own.
    """
    for number in range(at - 1, -1, -1):
        if begins(script.up[number]):
            return number
        if ends(script.up[number]):
            break
    else:
        return 0 if script.wrapped else None
    return None


def before(around: Around) -> Sequence[Written]:
    """The statements of the same transaction that come before this one."""
    first = opened(around.script, around.at)
    return around.script.up[first : around.at] if first is not None else ()


def in_transaction(around: Around) -> bool:
    """Whether the statement is sent within a transaction that others are part of, or may be."""
    return opened(around.script, around.at) is not None
