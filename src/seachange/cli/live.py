"""A run as it goes: a bar at a terminal, and a plain line for each step where there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate
from threading import Lock
from typing import IO, Any

from seachange.apply.patience import shown
from seachange.apply.terms import Listener
from seachange.plan import Plan
from seachange.postgres.ledger import Blocker, Wait, Why
from seachange.report.lines import clean
from seachange.sql.parse import without_secrets
from seachange.step import Step

WORTH_TELLING = 1.0
"""Seconds."""
WAITS = {
    Why.LOCK: "waits for a lock",
    Why.DEADLOCK: "gave way to another",
    Why.GUARD: "lets others end first",
    Why.LAG: "waits for a standby",
    Why.WINDOW: "waits for its hours",
    Why.SNAPSHOT: "waits for older transactions",
}


class Left:
    """How long a run still takes: as its steps did on the copy (`seconds`), and as much longer as they take here."""

    def __init__(self, seconds: Sequence[float]) -> None:
        self._seconds = seconds
        self._rest = [*accumulate(reversed(seconds), initial=0.0)][::-1]
        self._here = self._there = 0.0

    def passed(self, number: int, seconds: float) -> None:
        """A step took so long here."""
        if 0 < number <= len(self._seconds):
            self._here, self._there = self._here + seconds, self._there + self._seconds[number - 1]

    def after(self, number: int) -> str:
        """What to say when so many steps are done; nothing where nobody knows, or it is over."""
        rest = self._rest[number] if number < len(self._seconds) else 0.0
        longer = max(1.0, self._here / self._there) if self._there else 1.0
        return f"about {rest * longer:,.0f} s left" if rest * longer >= WORTH_TELLING else ""


@contextmanager
def live(seconds: Sequence[float] = ()) -> Iterator[Listener]:
    """Who tells people on stderr how it goes, as long as there is somebody to be told.

    `seconds` is how long each step took on a copy, where that is known.
    """
    if not sys.stderr.isatty():
        yield Lines(sys.stderr, Left(seconds))
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    left = TextColumn("{task.fields[left]}", markup=False)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn(), left)
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress, Left(seconds))


class Lines(Listener):
    """One line for each step when it has passed, and one for each wait.  Nobody needs to read them."""

    def __init__(self, file: IO[str], left: Left) -> None:
        self._file = file
        self._left = left
        self._of = 0
        self._lock = Lock()

    def begins(self, plan: Plan, first: int) -> None:
        self._of = sum(1 for _ in plan.steps)
        if first > 1:
            self._tell(f"{first - 1}/{self._of} steps are done already")
        if left := self._left.after(first - 1):
            self._tell(f"{left}, as on the copy")

    def sent(self, number: int, step: Step, seconds: float) -> None:
        self._tell(f"{number}/{self._of} {named(step)}  {seconds:.2f} s")

    def passes(self, number: int, step: Step) -> None:
        self._tell(f"{number}/{self._of} {named(step)}  nothing to do")

    def waits(self, number: int, why: Why, blockers: Iterable[Blocker]) -> None:
        who = "; ".join(map(shown, blockers))
        self._tell(f"{number}/{self._of} {WAITS[why]}{f': {who}' if who else ''}")

    def _tell(self, line: str) -> None:
        with self._lock, suppress(OSError, ValueError):  # the terminal is gone; the run is not
            print(line, file=self._file, flush=True)


class Bar(Listener):
    """One line that lives: how far, at what, and who is in the way."""

    def __init__(self, progress: Any, left: Left) -> None:
        self._progress, self._left = progress, left
        self._task = progress.add_task("", total=None, left="")
        self._of = 0

    def says(self, now: str) -> None:
        self._update(description=now)

    def begins(self, plan: Plan, first: int) -> None:
        self._of = sum(1 for _ in plan.steps)
        self._update(total=self._of, completed=first - 1, left=self._left.after(first - 1))

    def sends(self, number: int, step: Step, attempt: int) -> None:
        lock = f", {step.lock.words}" if step.lock else ""
        once_more = f", attempt {attempt}" if attempt > 1 else ""
        self._update(description=f"step {number} of {self._of}: {named(step)}{lock}{once_more}", completed=number - 1)

    def sent(self, number: int, step: Step, seconds: float) -> None:
        self._left.passed(number, seconds)
        self._update(completed=number, left=self._left.after(number))

    def passes(self, number: int, step: Step) -> None:
        self._update(completed=number, left=self._left.after(number))

    def progresses(self, number: int, phase: str, done: int, of: int) -> None:
        far = f" {done * 100 // of} %" if of else f" {done:,}"
        self._update(description=f"step {number} of {self._of}: {phase}{far}")

    def waits(self, number: int, why: Why, blockers: Iterable[Blocker]) -> None:
        who = "; ".join(map(shown, blockers))
        self._update(description=f"step {number} of {self._of} {WAITS[why]}{f': {who}' if who else ''}")

    def waited(self, wait: Wait) -> None:
        self._update(description=f"step {wait.step} of {self._of}")

    def _update(self, **what: object) -> None:
        with suppress(OSError, ValueError):  # the terminal is gone; the run is not
            self._progress.update(self._task, **what)


def named(step: Step) -> str:
    """What a step is about, in a few words."""
    subject = step.subject
    about = ".".join(subject.names) if subject else " ".join(without_secrets(step.sql).split())[:60]
    return clean(f"{step.stage.name.lower()} {about}")
