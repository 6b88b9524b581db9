"""Tells a watchdog which scratch databases are ours, so that they are dropped when we are killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress

from seachange.postgres import watchdog


class Watch:
    """The line to our watchdog, which starts with the first database.

    `users`: open files that it shall hold as well, so that a server of our own waits for it.
    """

    def __init__(self, conninfo: str, mark: int, users: Iterable[int]) -> None:
        self._order = watchdog.Order(conninfo=conninfo, mark=mark, path=sys.path)
        self._users = tuple(users)
        self._process: subprocess.Popen[str] | None = None

    def made(self, name: str) -> None:
        self._tell(f"+{name}")

    def dropped(self, name: str) -> None:
        self._tell(f"-{name}")

    def _tell(self, line: str) -> None:
        if self._process is None:
            self._process = _start_watchdog(self._users)
            self._tell(json.dumps(self._order))
        with suppress(BrokenPipeError):  # somebody killed it: what is left then is swept by the next run
            print(line, file=self._process.stdin, flush=True)

    def close(self) -> None:
        """It has nothing left to do, or does it now."""
        if self._process:
            self._process.communicate()


def _start_watchdog(users: Iterable[int]) -> subprocess.Popen[str]:
    """Run by its path, without site packages and in a session of its own: it starts fast and hears no Ctrl-C."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", watchdog.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        pass_fds=tuple(users),
        start_new_session=True,
    )
