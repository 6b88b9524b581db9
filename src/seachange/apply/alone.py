"""A step outside of any transaction.

Only a look at the database tells whether it is done: so it is kept before that it was sent, and what an attempt that
failed left behind is cleared away.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from functools import partial

from seachange.apply.filling import fill
from seachange.apply.patience import Patience
from seachange.apply.together import AGAIN
from seachange.apply.work import Work
from seachange.errors import SeachangeError, StepFailed
from seachange.plan import Group
from seachange.plan.psql import todo
from seachange.postgres import groups, leftovers
from seachange.postgres.ledger import Begun, Blocker, Went, Why
from seachange.postgres.lookout import Seen
from seachange.step import Step


def send(work: Work, group: Group, number: int, *, again: bool = False) -> None:
    """Carry out a group of one step; `again`: its effect may be there.

    Raises StepFailed or Unreachable, and Blocked when patience is over.
    """
    step = group.steps[0]
    again = again or number in work.begun
    patience = Patience(work, number, step)
    while True:
        patience.attempt += 1
        if again:
            leftovers.clear(work.session, step, number)
        if not groups.has_to_do(work.session, todo(work.plan, step) if again else step.undone):
            _passes(work, number, step, patience)
            return
        if _attempt(work, group, number, patience, resent=again):
            return
        again = True


def _passes(work: Work, number: int, step: Step, patience: Patience) -> None:
    """There is nothing to do; if it was sent before, that did it."""
    was_sent = number in work.begun and work.begun[number].state is not Begun.SKIPPED
    state = Begun.DONE if was_sent or patience.attempt > 1 else Begun.SKIPPED
    work.ledger.went(work.run, [Went(number, step, state, datetime.now(UTC))])
    work.hears.passes(number, step)


def _attempt(work: Work, group: Group, number: int, patience: Patience, *, resent: bool) -> bool:
    """Whether one attempt did it; if not, another can be made."""
    step, began, clock = group.steps[0], datetime.now(UTC), time.monotonic()
    work.ledger.went(work.run, [Went(number, step, Begun.SENT, began, 2 if resent else 1)])
    work.hears.sends(number, step, patience.attempt)
    with _watching(work, number, step) as seen:
        refused, rows = _carried_out(work, group, number)
    seconds = time.monotonic() - clock
    if refused is not None:
        patience.pause(refused, seconds, seen.blockers.values())
        return False
    if seen.blockers:
        patience.note(Why.SNAPSHOT, seen.seconds, seen.blockers.values())
    work.ledger.went(work.run, [Went(number, step, Begun.DONE, began, 1, seconds, patience.waited, rows)])
    work.hears.sent(number, step, seconds)
    return True


def _watching(work: Work, number: int, step: Step) -> AbstractContextManager[Seen]:
    """A backfill has its batches watched instead."""

    def waits(found: tuple[Blocker, ...]) -> None:
        work.hears.waits(number, Why.SNAPSHOT, found)

    if step.fill:
        return nullcontext(Seen(waits))
    return work.lookout.watching(waits, partial(work.hears.progresses, number))


def _carried_out(work: Work, group: Group, number: int) -> tuple[Why | None, int | None]:
    """Why the server did not do it, if it may do it later; and the rows that a backfill has changed."""
    step = group.steps[0]
    try:
        if step.fill:
            return None, fill(work, number, step)
        groups.send(work.session, group, number, groups.Watch())
    except StepFailed as failure:
        with suppress(SeachangeError):  # the next attempt begins with it
            leftovers.clear(work.session, step, number)
        if failure.code not in AGAIN:
            raise
        return AGAIN[failure.code], None
    return None, None
