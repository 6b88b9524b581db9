"""The transaction that a statement comes into."""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.sql.migration import Written


def opening(around: Around) -> Written | None:
    """The first statement of the transaction that is open when this one comes; None where none is."""
    before = around.before
    return before[0] if before else None
