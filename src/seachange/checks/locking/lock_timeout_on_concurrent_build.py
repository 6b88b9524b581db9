"""lock_timeout ends a concurrent build half-way, and leaves an index that is not valid.

CREATE, DROP and REINDEX INDEX CONCURRENTLY and DETACH PARTITION CONCURRENTLY wait for older transactions while others
work on.  That wait counts as one for a lock: with a lock_timeout, one transaction that is older and slow ends the
build.  Nobody stands in line behind it, so it may wait: switch the timeout off, and look at
pg_stat_progress_create_index for how far it is.
"""

from __future__ import annotations

from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.timeouts import CONCURRENT, LOCK, in_force, is_concurrent
from seachange.finding import Severity
from seachange.sql.migration import Written


def _look(written: Written, around: Around) -> Remarks:
    limit = in_force(LOCK, around)
    if limit and is_concurrent(written):
        yield Remark(
            message=f"A lock_timeout of {limit / 1000:g} seconds is in force: a transaction that is older and goes on "
            "for longer ends this half-way.",
            advice="Switch it off for what works concurrently.",
            safe="SET lock_timeout = 0;",
        )


CHECK = Check(
    name="lock-timeout-on-concurrent-build",
    code="LK19",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT}),
    summary="a lock_timeout that ends a concurrent build",
    kinds=CONCURRENT,
    statement=_look,
    queueing=True,
)
