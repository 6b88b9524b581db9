"""A backfill, batch by batch: nobody waits longer than for one batch, and what is done stays done."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from itertools import count
from typing import NamedTuple

import msgspec

from seachange.apply.pausing import pause
from seachange.apply.terms import Listener, Terms
from seachange.errors import Blocked
from seachange.postgres import batches
from seachange.postgres.batches import Batch, Clash, Course
from seachange.postgres.groups import Session
from seachange.postgres.ledger import Blocker, Checkpoint, Ledger, Wait, Why
from seachange.postgres.lookout import Lookout
from seachange.sql.quote import path
from seachange.step import Fill, Step

PHASE = "backfill"
FAST, SLOW = 0.05, 0.2
"""Seconds: after a batch that took less the next one is larger, after one that took more it is smaller."""
FIRST = 4
"""The first batch is so many times the smallest."""
PASSES = 5
"""How often a table is gone through at most: a row that somebody moves may escape all batches of one pass."""
SHORTEST, STEEPEST = 0.05, 8
"""Seconds of the first lock_timeout, which doubles that often at most, every other time; `terms.hold` is its limit."""
BACKOFF, LONGEST = 0.1, 10.0
"""Seconds of the first pause between two attempts, and of the longest."""


def fill(  # noqa: PLR0913 - a run, one of its steps, and whom both must mind
    session: Session, ledger: Ledger, run: int, number: int, step: Step, terms: Terms, hears: Listener
) -> int:
    """Carry out the backfill `step`, or go on where it stopped; how many rows it has changed in all.

    What a batch changes and how far the backfill has come are kept together, so no batch is carried out twice.  Rows
    that somebody moved meanwhile are looked for in the end.  Raises StepFailed, Unreachable; Blocked when somebody was
    in the way of one batch for longer than `terms.patience`; and what `pause` raises.
    """
    assert step.fill is not None
    duty = _Duty(session, ledger, run, number, terms, hears)
    with batches.refusals(session, step, number):
        return _Filling(duty, step, step.fill).work()


class _Duty(NamedTuple):
    """A run, the number of one of its steps, and whom both must mind: what `pause` is told."""

    session: Session
    ledger: Ledger
    run: int
    number: int
    terms: Terms
    hears: Listener


class _Filling:
    """A backfill at work: `at` is how far it has come."""

    def __init__(self, duty: _Duty, step: Step, fill: Fill) -> None:
        self._duty, self._step, self._fill = duty, step, fill
        self._at = duty.ledger.reached(duty.run, duty.number) or Checkpoint((), 0)
        self._estimate = batches.estimate(duty.session, fill)

    def work(self) -> int:
        for _ in range(PASSES):
            self._go_through(batches.course(self._duty.session, self._fill))
            if not batches.is_pending(self._duty.session, self._fill):
                break
            self._at = Checkpoint((), self._at.rows)
        return self._at.rows

    def _go_through(self, course: Course) -> None:
        """From where it stands to the end of the table."""
        duty, size, last = self._duty, course.least * FIRST, False
        while not last:
            batch = course.after(self._at.reached, size)
            seconds = self._carry_out(batch)
            duty.hears.progresses(duty.number, PHASE, self._at.rows, self._estimate)
            time.sleep(seconds * (1 / duty.terms.share - 1))
            size, last = _fitting(size, seconds, course), batch.last
            if not last:
                pause(*duty)

    def _carry_out(self, batch: Batch) -> float:
        """How many seconds a batch took when it passed."""
        began = time.monotonic()
        try:
            self._send(batch, SHORTEST)
        except Clash as clash:
            return self._insist(batch, clash.why)
        return time.monotonic() - began

    def _send(self, batch: Batch, hold: float) -> None:
        """The batch and its checkpoint, both or nothing."""
        duty, sql = self._duty, batches.statement(self._fill, batch)
        sent = msgspec.structs.replace(self._step, sql=sql)
        with (
            batches.refusals(duty.session, sent, duty.number),
            batches.changed(duty.session, sql, min(hold, duty.terms.hold)) as rows,
        ):
            reached = Checkpoint(batch.end, self._at.rows + rows)
            duty.ledger.reach(duty.run, duty.number, reached)
        self._at = reached

    def _insist(self, batch: Batch, why: Why) -> float:
        """As `_carry_out`, for a batch that somebody is in the way of.  Who it is shows only while we wait."""
        duty, began, clock = self._duty, datetime.now(UTC), time.monotonic()
        blockers: tuple[Blocker, ...] = ()
        with Lookout(duty.session).on_duty() as lookout:
            for attempt in count(1):
                time.sleep(min(LONGEST, BACKOFF * 1.5**attempt) * random.uniform(0.5, 1.5))
                sent = time.monotonic()
                passed, seen = self._try(batch, attempt, why, lookout)
                blockers = seen or blockers
                if passed or sent - clock > duty.terms.patience:
                    break
        seconds = time.monotonic() - sent
        wait = Wait(duty.number, why, began, time.monotonic() - clock, blockers)
        duty.ledger.waited(duty.run, wait)
        duty.hears.waited(wait)
        if not passed:
            raise Blocked(self._who(blockers))
        return seconds

    def _try(self, batch: Batch, attempt: int, why: Why, lookout: Lookout) -> tuple[bool, tuple[Blocker, ...]]:
        """Whether it passed, and for whom it waited."""
        duty = self._duty
        with lookout.watching(lambda found: duty.hears.waits(duty.number, why, found)) as seen:
            try:
                self._send(batch, SHORTEST * 2 ** min(attempt // 2, STEEPEST))
            except Clash:
                return False, tuple(seen.blockers.values())
        return True, tuple(seen.blockers.values())

    def _who(self, blockers: tuple[Blocker, ...]) -> str:
        table, patience = path(self._fill.table), self._duty.terms.patience
        who = "".join(
            f"\n    process {each.pid} of {each.role}, {each.state} for {each.seconds:.0f} s: {each.query}"
            for each in blockers
        )
        return (
            f"Rows of {table} were not to be had for {patience:g} seconds (step {self._duty.number}).{who}\n"
            f"{self._at.rows} rows have been filled in and stay so."
        )


def _fitting(size: int, seconds: float, course: Course) -> int:
    """The size of the next batch."""
    if seconds < FAST:
        return min(size * 2, course.most)
    return max(size // 2, course.least) if seconds > SLOW else size
