"""A second session that looks, while a statement runs, for whom that waits and how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from psycopg import Connection

from seachange.postgres.blockers import blocking
from seachange.postgres.connection import another, backend
from seachange.postgres.ledger import Blocker
from seachange.postgres.progress import Progresses, progress

Session = Connection[Any]

FIRST = 0.02
"""Seconds after which a statement is looked at."""
EVERY = 0.1
Tell = Callable[[tuple[Blocker, ...]], None]


class Seen:
    """Who was in the way of one statement, and for how many seconds."""

    def __init__(self, tell: Tell, progresses: Progresses | None = None) -> None:
        self.progresses = progresses
        self.blockers: dict[tuple[int | None, str], Blocker] = {}
        self.seconds = 0.0
        self._tell = tell
        self.gone = Event()

    def note(self, found: tuple[Blocker, ...], seconds: float) -> None:
        if not found:
            return
        first = not self.blockers
        self.blockers |= {(one.pid, one.query): one for one in found}
        self.seconds += seconds
        if first:
            self._tell(found)


class Lookout:
    """Looks after one session, from a thread of its own; it comes to life with the first statement that takes long."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pid = backend(session)
        self._watched: Seen | None = None
        self._wake, self._ended = Event(), Event()
        self._thread = Thread(target=self._look, name="lookout", daemon=True)

    @contextmanager
    def on_duty(self) -> Iterator[Lookout]:
        """As long as this lasts, `watching` works."""
        self._thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            self._wake.set()
            self._thread.join()

    @contextmanager
    def watching(self, tell: Tell, progresses: Progresses | None = None) -> Iterator[Seen]:
        """What is seen while this lasts; `tell` hears once, from another thread, and `progresses` again and again."""
        seen = self._watched = Seen(tell, progresses)
        self._wake.set()
        try:
            yield seen
        finally:
            self._watched = None
            seen.gone.set()

    def _look(self) -> None:
        session: Session | None = None
        while self._wake.wait() and not self._ended.is_set():
            self._wake.clear()
            seen = self._watched
            if seen is not None and not seen.gone.wait(FIRST):
                session = self._follow(seen, session)
        if session is not None:
            session.close()

    def _follow(self, seen: Seen, session: Session | None) -> Session | None:
        """What it sees counts for little beside the run: where it cannot look, nobody is named."""
        try:
            session = another(self._session) if session is None or session.closed else session
            before = time.monotonic()
            while not seen.gone.is_set():
                found = blocking(session, self._pid)
                now = time.monotonic()
                seen.note(found, now - before)
                if seen.progresses and (far := progress(session, self._pid)) and not seen.gone.is_set():
                    seen.progresses(*far)
                before = now
                seen.gone.wait(EVERY)
        except Exception:  # such as no connection left for us, or somebody who cannot be told any more
            if session is not None:
                session.close()
            return None
        return session
