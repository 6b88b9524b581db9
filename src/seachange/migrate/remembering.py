"""What was counted before the first step, kept in the ledger: a run that is killed can still be judged in the end."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from seachange.apply.terms import Listener
from seachange.migrate.surviving import Before
from seachange.plan import Plan
from seachange.postgres.connection import connected
from seachange.postgres.ledger import Blocker, Ledger, Wait, Why
from seachange.step import Step

NAME = "before.json"


class Remembering(Listener):
    """Keeps `was` as soon as there is a run that it belongs to; all that it hears it tells another."""

    def __init__(self, hears: Listener, conninfo: str, was: Before | None) -> None:
        self._hears, self._conninfo, self._was = hears, conninfo, was

    def begins(self, plan: Plan, first: int) -> None:
        with connected(self._conninfo) as session:
            ledger = Ledger(session)
            run = ledger.latest()
            if self._was and run and NAME not in ledger.reports(run.run):
                ledger.keep_report(run.run, NAME, msgspec.json.encode(self._was))
        self._hears.begins(plan, first)

    def says(self, now: str) -> None:
        self._hears.says(now)

    def sends(self, number: int, step: Step, attempt: int) -> None:
        self._hears.sends(number, step, attempt)

    def sent(self, number: int, step: Step, seconds: float) -> None:
        self._hears.sent(number, step, seconds)

    def passes(self, number: int, step: Step) -> None:
        self._hears.passes(number, step)

    def progresses(self, number: int, phase: str, done: int, of: int) -> None:
        self._hears.progresses(number, phase, done, of)

    def waits(self, number: int, why: Why, blockers: Iterable[Blocker]) -> None:
        self._hears.waits(number, why, blockers)

    def waited(self, wait: Wait) -> None:
        self._hears.waited(wait)


def remembered(ledger: Ledger, run: int) -> Before | None:
    """What was counted when the run began; None where nobody did."""
    kept = ledger.reports(run).get(NAME)
    return msgspec.json.decode(kept, type=Before) if kept else None
