"""Processes that use servers and come to a bad end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRELUDE = """
import sys, time
from pathlib import Path
import psycopg
from seachange.postgres import scratch, server
from seachange.postgres.installation import Installation

def stay(word):
    print(word, flush=True)
    sys.stdin.read()

"""


class Process:
    """One that runs in an interpreter of its own until its input or its life ends."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        self._running = running

    def word(self) -> str:
        """With which it came to `stay`; waits for it."""
        assert self._running.stdout
        return self._running.stdout.readline().strip()

    def hold(self) -> None:
        """Let it do nothing more, as if it were killed, but look as if it were alive."""
        self._running.send_signal(signal.SIGSTOP)

    def children(self, program: str) -> list[int]:
        return children(self._running.pid, program)

    def end(self, by: signal.Signals = signal.SIGKILL) -> None:
        self._running.send_signal(by)
        self._running.wait(10)


@contextmanager
def process(code: str, *arguments: object) -> Iterator[Process]:
    command = [sys.executable, "-c", PRELUDE + code, *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as running:
        try:
            yield Process(running)
            running.communicate(timeout=10)
        finally:
            running.kill()  # one that is held, or hangs, would never be at its end


def killed(code: str, *arguments: object, by: signal.Signals = signal.SIGKILL) -> str:
    """The word of a process that is no more."""
    with process(code, *arguments) as running:
        word = running.word()
        running.end(by)
    return word


def children(parent: int, program: str) -> list[int]:
    """Those of its child processes that run `program`, the youngest last."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile
            born = folder.joinpath("stat").read_text().rpartition(")")[2].split()
            if int(born[1]) == parent and program in folder.joinpath("cmdline").read_text():
                found.append((int(born[19]), int(folder.name)))
    return [pid for _, pid in sorted(found)]


def runs(pid: int) -> bool:
    """Whether the process is there and not just waiting to be buried."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def eventually(becomes_true: Callable[[], bool], within: float = 10) -> None:
    deadline = time.monotonic() + within
    while not becomes_true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)
