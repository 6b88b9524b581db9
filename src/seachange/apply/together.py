"""A group that is one transaction: its statements and what the ledger keeps of them happen together or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from seachange.apply.patience import Patience
from seachange.apply.work import Work
from seachange.errors import StepFailed
from seachange.plan import Group
from seachange.postgres import groups
from seachange.postgres.blockers import holders
from seachange.postgres.ledger import Begun, Blocker, Went, Why
from seachange.step import Held, Lock, Step

AGAIN = {"55P03": Why.LOCK, "40P01": Why.DEADLOCK}
"""What the server says when a lock was not to be had: it can be had later."""
OLD = 1.0
"""Seconds after which a transaction is not expected to end soon: to wait in the queue behind it stops everybody."""
LOOK = 0.25
"""Seconds between two looks at whether it has ended."""

Wording = Callable[[Step], str | None]


def send(work: Work, group: Group, first: int, wording: Wording = groups.as_written) -> None:
    """Carry out a group whose first step is `first`, as often as it takes to get its locks.

    Raises StepFailed or Unreachable as `groups.send` does, and Blocked when patience is over.
    """
    patience = Patience(work, first, group.steps[0])
    strong = tuple(held for step in group.steps for held in step.locks if held.lock >= Lock.SHARE)
    tame = not any(step.locks for step in group.steps)
    while True:
        patience.attempt += 1
        if strong and (patience.attempt > 1 or not work.calm.lasts()):
            _guard(work, patience, strong, first)
        limit = work.terms.hold if tame else patience.limit()
        keeping = _Keeping(work, first, patience, limit)
        began = time.monotonic()
        with work.lookout.watching(lambda found: work.hears.waits(first, Why.LOCK, found)) as seen:
            try:
                groups.send(work.session, group, first, keeping, keeping.worded(wording))
                return
            except StepFailed as failure:
                if failure.code not in AGAIN:
                    raise
                why = AGAIN[failure.code]
        patience.pause(why, time.monotonic() - began, _in_the_way(work, seen.blockers.values(), group))


def send_at_once(work: Work, group: Group, first: int) -> None:
    """Carry out a group that locks nothing which was there, in one go.

    Raises StepFailed, having done nothing, where the server refuses any of its steps; Unreachable.
    """
    keeping = _Keeping(work, first, Patience(work, first, group.steps[0]), work.terms.hold)
    for number, step in enumerate(group.steps, first):
        work.hears.sends(number, step, 1)
    groups.send_at_once(work.session, group, first, keeping)


def _guard(work: Work, patience: Patience, strong: tuple[Held, ...], number: int) -> None:
    """Wait, without standing in the queue, for whoever would keep us in it."""
    began, found = time.monotonic(), dict[tuple[int | None, str], Blocker]()
    work.calm.look(work.session, OLD)
    if work.calm.lasts() and patience.attempt == 1:
        return
    while now := holders(work.session, strong, OLD):
        if not found:
            work.hears.waits(number, Why.GUARD, now)
        found |= {(one.pid, one.query): one for one in now}
        if patience.left() <= 0:
            patience.note(Why.GUARD, time.monotonic() - began, found.values())
            raise patience.blocked(now)
        time.sleep(min(LOOK, max(0.0, patience.left())))
    if found:
        patience.note(Why.GUARD, time.monotonic() - began, found.values())


def _in_the_way(work: Work, seen: Iterable[Blocker], group: Group) -> tuple[Blocker, ...]:
    """Who was seen; if the attempt was too short to see anybody, who holds a lock now."""
    return tuple(seen) or holders(work.session, [held for step in group.steps for held in step.locks], 0.0)


class _Keeping(groups.Watch):
    """Keeps how the steps of one attempt went, in its transaction."""

    def __init__(self, work: Work, first: int, patience: Patience, limit: float) -> None:
        self._work, self._first, self._patience, self.limit = work, first, patience, limit
        self._went: list[Went] = []
        self._sent = True

    def worded(self, wording: Wording) -> Wording:
        """The same wording; that it is asked for a step says that the step has something to do."""

        def asked(step: Step) -> str | None:
            text = wording(step)
            self._sent = text is not None
            if self._sent:
                self._work.hears.sends(self._first + len(self._went), step, self._patience.attempt)
            return text

        return asked

    def sent(self, number: int, step: Step, seconds: float) -> None:
        state = Begun.DONE if self._sent else Begun.SKIPPED
        began = datetime.fromtimestamp(time.time() - seconds, UTC)
        waited = self._patience.waited if number == self._first else 0.0
        self._went.append(Went(number, step, state, began, self._patience.attempt, seconds, waited))
        if self._sent:
            self._work.hears.sent(number, step, seconds)
        else:
            self._work.hears.passes(number, step)

    def ends(self, group: Group) -> None:
        self._work.ledger.went(self._work.run, self._went)
