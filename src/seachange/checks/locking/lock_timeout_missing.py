"""Without lock_timeout, a statement that waits for its lock has everybody else wait behind it.

A lock that stops others has to wait until all who use the table have ended their transactions, and whoever comes later
stands in line behind it, readers included: an ADD COLUMN that needs an instant stops an application for as long as the
oldest query runs.  With a lock_timeout the statement gives up after that time and is tried again.  It should be shorter
than a user's patience; zero means for ever, and several seconds are an outage.  This is said once for a script, at the
first statement that needs it.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.timeouts import LOCK, in_force, line_of, written_for
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.step import Lock

LONGEST = 5_000
"""Milliseconds."""


def _look(written: Written, around: Around) -> Remarks:
    locks = [held for held in around.effects.locks if held.lock >= Lock.SHARE]
    if not locks or around.effects.waits:
        return
    limit = in_force(LOCK, around)
    if (limit is not None and 0 < limit <= LONGEST) or not around.first("lock-timeout-missing"):
        return
    names = spelled(locks[0].relation)
    how = "without lock_timeout" if not limit else f"with a lock_timeout of {limit / 1000:g} seconds"
    yield Remark(
        message=f"While this waits for {names} {how}, all others who want to use {names} wait behind it.",
        about=names,
        advice="Set a short lock_timeout, and try again where it ends the wait.",
        safe=line_of(LOCK, "1s", around),
        edits=() if limit else written_for(LOCK, "1s", around, "nobody waits long behind a lock that is not to be had"),
    )


CHECK = Check(
    name="lock-timeout-missing",
    code="LK17",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="a lock that is waited for without lock_timeout",
    statement=_look,
    queueing=True,
    same_as=(
        "squawk require-lock-timeout",
        "squawk require-timeout-settings",
        "pgfence missing-lock-timeout",
        "pgfence lock-timeout-zero",
        "pgfence lock-timeout-too-long",
        "pgfence lock-timeout-after-dangerous-statement",
        "eugene E9",
    ),
)
