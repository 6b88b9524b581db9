"""Which statements of a script are one transaction with another."""

from __future__ import annotations

from collections.abc import Sequence

from seachange.checks.around import Around
from seachange.sql.migration import Migration, Written


def before(around: Around) -> Sequence[Written]:
    """The statements of the same transaction that come before this one."""
    found = around.transaction
    return found[: next(at for at, each in enumerate(found) if each is around.written)] if found else ()


def opening(script: Migration, at: int) -> Written | None:
    """The first statement of the transaction that is open when the one at `at` comes; None where none is."""
    block = script.block_of(at)
    return block[0] if block and block[0] is not script.up[at] else None
