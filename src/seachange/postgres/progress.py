"""How far a long statement is, seen from a second connection while the first is busy with it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.resources import files
from threading import Event, Thread
from typing import Any, Protocol

from psycopg import Connection

from seachange.postgres.blockers import blocking
from seachange.postgres.connection import another
from seachange.postgres.ledger import Blocker, Wait, Why

Session = Connection[Any]

INTERVAL = 0.3
"""Seconds between two looks, and before the first: what is done sooner is not looked at."""
PATIENCE = 2.0
"""Seconds that a last look may take when the statement has ended."""
PROGRESS = files("seachange.postgres").joinpath("progress.sql").read_bytes()


class Hears(Protocol):
    """Who is told; from another thread."""

    def progresses(self, number: int, phase: str, done: int, of: int) -> None: ...
    def waits(self, number: int, why: Why, blockers: Iterable[Blocker]) -> None: ...
    def waited(self, wait: Wait) -> None: ...


@contextmanager
def watching(session: Session, pid: int, number: int, hears: Hears) -> Iterator[list[Wait]]:
    """While inside, `hears` is told how far step `number` is, which backend `pid` carries out for `session`.

    What it gives is complete when it is left: the waits of a concurrent build for old transactions.  Whatever goes
    wrong with looking, nothing is heard any more, and the step goes on.
    """
    watch = _Watch(session, pid, number, hears)
    looking = Thread(target=watch.look, daemon=True)
    looking.start()
    try:
        yield watch.waits
    finally:
        watch.over.set()
        looking.join(PATIENCE)


class _Watch:
    """One statement and the waits that were seen."""

    def __init__(self, session: Session, pid: int, number: int, hears: Hears) -> None:
        self._session, self._pid, self._number, self._hears = session, pid, number, hears
        self._waiting: tuple[datetime, float, Blocker] | None = None
        self.over = Event()
        self.waits: list[Wait] = []

    def look(self) -> None:
        """Again and again, until it is over."""
        if self.over.wait(INTERVAL):
            return
        with suppress(Exception):  # nothing that is only shown is worth a step
            try:
                with another(self._session) as looking:
                    while not self.over.is_set():
                        self._sample(looking)
                        self.over.wait(INTERVAL)
            finally:
                self._ends_waiting()

    def _sample(self, looking: Session) -> None:
        row = looking.execute(PROGRESS, {"pid": self._pid}).fetchone()
        if row is None or self.over.is_set():
            return
        phase, done, of, waits = row
        self._hears.progresses(self._number, phase, done, of)
        found = blocking(looking, self._pid) if waits else ()
        self._waits_for(found[0] if found else None)

    def _waits_for(self, blocker: Blocker | None) -> None:
        """Told when it is another one than before."""
        before = self._waiting[2].pid if self._waiting else None
        if before == (blocker.pid if blocker else None):
            return
        self._ends_waiting()
        if blocker is not None:
            self._waiting = datetime.now(UTC), time.monotonic(), blocker
            self._hears.waits(self._number, Why.SNAPSHOT, (blocker,))

    def _ends_waiting(self) -> None:
        if self._waiting is not None:
            began, clock, blocker = self._waiting
            self._waiting = None
            wait = Wait(self._number, Why.SNAPSHOT, began, time.monotonic() - clock, (blocker,))
            self.waits.append(wait)
            self._hears.waited(wait)
