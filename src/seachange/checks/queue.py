"""What is said of a statement that needs an instant once it has its lock, and waits in line for it."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.checks.around import Around
from seachange.checks.check import Remark
from seachange.checks.timeouts import LOCK, in_force
from seachange.checks.usage import is_live
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.step import Lock


def queued(around: Around, what: str) -> Iterator[Remark]:
    """One remark on the table that it locks most, unless a lock_timeout is in force, or it is locked already."""
    if in_force(LOCK, around):
        return
    locks = [held for held in around.effects.locks if held.lock >= Lock.SHARE and is_live(held.relation, around)]
    fresh = [held for held in locks if around.held.get(held.relation, Lock.NONE) < held.lock]
    if not fresh:
        return
    strongest = max(fresh, key=lambda held: held.lock)
    names = spelled(strongest.relation)
    who = "use" if strongest.lock is Lock.ACCESS_EXCLUSIVE else "write to"
    yield Remark(
        message=f"It needs an instant to change {what}, but waits for all who {who} {names}, and others behind it.",
        about=names,
        advice="Send it in a short transaction with a lock_timeout, and try again where that ends the wait.",
        severity=Severity.NOTE,
    )
