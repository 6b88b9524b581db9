"""Emptying the quarantine: what plans put aside goes for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from seachange.errors import NotAgreed, NotUnderstood
from seachange.postgres.connection import connected, shown
from seachange.postgres.ledger import Ledger, is_there
from seachange.postgres.quarantine import Heap, drop, waiting
from seachange.postgres.source import conninfo
from seachange.step import Risk

PATIENCE = 600.0
"""Seconds that locks are tried for."""


class Waits(msgspec.Struct, frozen=True):
    """What one run put into the quarantine; `run` is None where the ledger knows nothing of it."""

    heap: Heap
    run: int | None = None


def waits(target: str, run: int | None = None, older_than: timedelta | None = None) -> tuple[Waits, ...]:
    """What waits in the quarantine of `target`: all, that of one run, or what plans made longer ago than that.

    Raises NotUnderstood where nothing of that run waits.
    """
    with connected(conninfo(target)) as session:
        labels = Ledger(session).labels() if is_there(session) else {}
        found = tuple(Waits(heap, labels.get(heap.label)) for heap in waiting(session))
    meant = tuple(_meant(found, run, older_than))
    if run is not None and not meant:
        there = ", ".join(sorted(f"run {one.run}" for one in found if one.run)) or "nothing"
        raise NotUnderstood(f"nothing of run {run} waits in {shown(conninfo(target))}", hint=f"What waits: {there}.")
    return meant


def purge(target: str, meant: tuple[Waits, ...], agreed: frozenset[str] = frozenset()) -> None:
    """Drop what `waits` has shown, and keep in the ledger what that was.

    Raises NotAgreed without consent to lose data; Blocked and NotPermitted as `drop` does, and then what came before is
    gone and the rest is still there.
    """
    if meant and Risk.LOSES_DATA not in agreed:
        rows = sum(one.heap.rows for one in meant)
        refusal = NotAgreed(
            f"{rows:,} rows would be gone for good, and nobody has said yes to that",
            hint=f"Grant it with --yes-to {Risk.LOSES_DATA}.  Nothing was changed.",
        )
        refusal.words = (Risk.LOSES_DATA,)
        raise refusal
    with connected(conninfo(target)) as session:
        for one in meant:
            drop(session, one.heap, PATIENCE)
            if one.run is not None:
                Ledger(session).keep_report(one.run, f"purged_{one.heap.label}.json", msgspec.json.encode(one.heap))


def _meant(found: tuple[Waits, ...], run: int | None, older_than: timedelta | None) -> Iterator[Waits]:
    for one in found:
        since = one.heap.since
        young = older_than is not None and (since is None or since > datetime.now(UTC) - older_than)
        if not young and run in (None, one.run):
            yield one
