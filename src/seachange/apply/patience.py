"""How long a step waits for its locks, and how often: writers behind it never wait longer than it does.

While a session waits for a strong lock, all who come after it wait behind it.  So it asks for a short time only, lets
everybody pass, and asks again; the pauses grow faster than the times.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from datetime import UTC, datetime

from seachange.apply.work import Work
from seachange.errors import Blocked
from seachange.postgres.ledger import Blocker, Wait, Why
from seachange.report.lines import clean
from seachange.step import Step

SHORTEST = 0.05
"""Seconds of the first attempt; every second one doubles them."""
PAUSE, GROWS, LONGEST = 0.1, 1.5, 60.0
"""The first pause, by what each is longer than the one before, and the longest."""
SPREAD = (0.5, 1.5)
"""So that two runs do not meet again and again."""


class Patience:
    """That of one step or group, whose first step is `number`."""

    def __init__(self, work: Work, number: int, step: Step) -> None:
        self._work = work
        self._number, self._step = number, step
        self.attempt = 0
        self.waited = 0.0
        self._began = 0.0

    def limit(self) -> float:
        """How many seconds the next attempt may wait for a lock."""
        return min(self._work.terms.hold, SHORTEST * 2.0 ** ((self.attempt - 1) // 2))

    def note(self, why: Why, seconds: float, blockers: Iterable[Blocker]) -> None:
        """Keep a wait that is over, and whom it was for."""
        began = datetime.fromtimestamp(time.time() - seconds, UTC)
        wait = Wait(self._number, why, began, round(seconds, 3), tuple(blockers))
        self.waited += seconds
        self._work.ledger.waited(self._work.run, wait)
        self._work.hears.waited(wait)

    def pause(self, why: Why, lost: float, blockers: Iterable[Blocker]) -> None:
        """After an attempt that took `lost` seconds for nothing: let others pass.  Raises Blocked when it is enough."""
        blockers = tuple(blockers)
        left = self.left(lost)
        if left <= 0:
            self.note(why, lost, blockers)
            raise self.blocked(blockers)
        pause = min(left, LONGEST, PAUSE * GROWS**self.attempt * random.uniform(*SPREAD))
        self._work.hears.waits(self._number, why, blockers)
        self.note(why, lost + pause, blockers)
        time.sleep(pause)

    def left(self, lost: float = 0.0) -> float:
        """Seconds for which it goes on trying, from when it first had to wait."""
        now = time.monotonic()
        self._began = self._began or now - lost
        return self._began + self._work.terms.patience - now

    def blocked(self, blockers: Iterable[Blocker]) -> Blocked:
        """What to tell when it is enough."""
        about = clean(str(self._step.subject or self._step.stage.name.lower()))
        return Blocked(
            f"step {self._number} ({about}) did not get its locks within {self._work.terms.patience:g} s; "
            f"in the way: {'; '.join(map(shown, blockers)) or 'nobody who could be seen'}",
            hint="See that they end, then run the same command again: it goes on with this step.",
        )


def shown(blocker: Blocker) -> str:
    """Somebody in the way, for people."""
    who = f"process {blocker.pid}" if blocker.pid else "a prepared transaction"
    called = f" “{clean(blocker.application)}”" if blocker.application else ""
    query = f": {' '.join(clean(blocker.query).split())}" if blocker.query else ""
    return f"{who} of {clean(blocker.role)}{called}, {clean(blocker.state)} for {blocker.seconds:,.0f} s{query}"
