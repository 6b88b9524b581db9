"""Applies a plan, and says what each step cost besides its statement: one line of JSON.

`python -m bench.applying CURRENT DESIRED` carries the plan from the one database to the other out on the first.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from itertools import pairwise

from seachange import plan, read
from seachange.apply import Backup, Keep, Listener, Terms, apply
from seachange.plan.folder import Folder
from seachange.step import CONSENT, Step

YES = Terms(agreed=frozenset(map(str, CONSENT)), backup=Backup(keep=Keep.NONE, snapshot="of no use"))


class Clock(Listener):
    """When each step had passed, and how long its statement took."""

    def __init__(self) -> None:
        self.sent_at: list[tuple[float, float]] = []

    def sent(self, number: int, step: Step, seconds: float) -> None:
        self.sent_at.append((time.perf_counter(), seconds))


def main(current: str, desired: str) -> None:
    sides = read(current), read(desired)
    made = plan(*sides)
    folder, clock = Folder(made, plan(*reversed(sides)), *sides), Clock()
    began = time.perf_counter()
    outcome = apply(folder, current, YES, clock)
    seconds = time.perf_counter() - began
    assert outcome.arrived
    own = [after - before - statement for (before, _), (after, statement) in pairwise(clock.sent_at)]
    print(json.dumps({"seconds": seconds, "steps": len(own) + 1, "own": statistics.median(own)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
