"""A backfill, batch by batch: nobody waits longer than for one batch, and what is done stays done."""

from __future__ import annotations

import time

import msgspec

from seachange.apply.patience import Patience
from seachange.apply.pausing import pause
from seachange.apply.work import Work
from seachange.postgres import batches
from seachange.postgres.batches import Batch, Clash, Course
from seachange.postgres.blockers import holders
from seachange.postgres.ledger import Blocker, Checkpoint, Why
from seachange.step import Fill, Held, Lock, Step

PHASE = "backfill"
FAST, SLOW = 0.05, 0.2
"""Seconds: after a batch that took less the next one is larger, after one that took more it is smaller."""
FIRST = 4
"""The first batch is so many times the smallest."""
PASSES = 5
"""How often a table is gone through at most: a row that somebody moves may escape all batches of one pass."""


def fill(work: Work, number: int, step: Step) -> int:
    """Carry out the backfill `step`, or go on where it stopped; how many rows it has changed in all.

    What a batch changes and how far the backfill has come are kept together, so no batch is carried out twice.  Rows
    that somebody moved meanwhile are looked for in the end.  Raises StepFailed, Unreachable; Blocked when somebody was
    in the way of one batch for longer than `terms.patience`; and what `pause` raises.
    """
    assert step.fill is not None
    with batches.refusals(work.session, step, number):
        return _Filling(work, number, step, step.fill).all()


class _Filling:
    """A backfill at work: `at` is how far it has come."""

    def __init__(self, work: Work, number: int, step: Step, fill: Fill) -> None:
        self._work, self._number, self._step, self._fill = work, number, step, fill
        self._at = work.ledger.reached(work.run, number) or Checkpoint((), 0)
        self._estimate = batches.estimate(work.session, fill)
        self._quiet = fill.quiet and batches.may_be_quiet(work.session)

    def all(self) -> int:
        for _ in range(PASSES):
            self._go_through(batches.course(self._work.session, self._fill))
            if not batches.is_pending(self._work.session, self._fill):
                break
            self._at = Checkpoint((), self._at.rows)
        return self._at.rows

    def _go_through(self, course: Course) -> None:
        """From where it stands to the end of the table."""
        work, size, last = self._work, course.least * FIRST, False
        while not last:
            batch = course.after(self._at.reached, size)
            seconds = self._carry_out(batch)
            work.hears.progresses(self._number, PHASE, self._at.rows, self._estimate)
            time.sleep(seconds * (1 / work.terms.share - 1))
            size, last = _fitting(size, seconds, course), batch.last
            if not last:
                pause(work, self._number)

    def _carry_out(self, batch: Batch) -> float:
        """How many seconds a batch took when it passed."""
        work, patience = self._work, Patience(self._work, self._number, self._step)
        while True:
            patience.attempt += 1
            began = time.monotonic()
            with work.lookout.watching(lambda found: work.hears.waits(self._number, Why.LOCK, found)) as seen:
                try:
                    self._send(batch, patience.limit())
                    return time.monotonic() - began
                except Clash as clash:
                    why = clash.why
            patience.pause(why, time.monotonic() - began, tuple(seen.blockers.values()) or self._who_locks_rows())

    def _who_locks_rows(self) -> tuple[Blocker, ...]:
        """Whoever may have, where an attempt was too short to see who has: EXCLUSIVE is what all of them would stop."""
        return holders(self._work.session, [Held(self._fill.table, Lock.EXCLUSIVE)], 0.0)

    def _send(self, batch: Batch, hold: float) -> None:
        """The batch and its checkpoint, both or nothing."""
        work, sql = self._work, batches.statement(self._fill, batch)
        sent = msgspec.structs.replace(self._step, sql=sql)
        with (
            batches.refusals(work.session, sent, self._number),
            batches.changed(work.session, sql, hold, quiet=self._quiet) as rows,
        ):
            reached = Checkpoint(batch.end, self._at.rows + rows)
            work.ledger.reach(work.run, self._number, reached)
        self._at = reached


def _fitting(size: int, seconds: float, course: Course) -> int:
    """The size of the next batch."""
    if seconds < FAST:
        return min(size * 2, course.most)
    return max(size // 2, course.least) if seconds > SLOW else size
