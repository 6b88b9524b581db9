"""`seachange apply` that stands still where somebody wants to kill it: `stopping.py before|after NUMBER ARGUMENTS`.

It says "here" on stdout, and goes on when its input ends.
"""

from __future__ import annotations

import sys
from pathlib import Path

from seachange.apply import apply
from seachange.apply.terms import Backup, Keep, Listener, Terms
from seachange.errors import SeachangeError
from seachange.plan import folder
from seachange.step import Risk, Step


class Stopping(Listener):
    """Stands still at one place."""

    def __init__(self, when: str, number: int) -> None:
        self._when, self._number = when, number

    def sends(self, number: int, step: Step, attempt: int) -> None:
        self._stop("before", number)

    def sent(self, number: int, step: Step, seconds: float) -> None:
        self._stop("after", number)

    def _stop(self, when: str, number: int) -> None:
        if (when, number) == (self._when, self._number):
            print("here", flush=True)
            sys.stdin.read()


def main(when: str, number: str, plan: str, target: str) -> int:
    terms = Terms(agreed=frozenset({*map(str, Risk), "no-backup"}), backup=Backup(Keep.NONE))
    try:
        apply(folder.load(Path(plan)), target, terms, Stopping(when, int(number)))
    except SeachangeError as error:
        print(error.message, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
