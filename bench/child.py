"""Whole processes, measured from start to end: how long they take and how much memory they have at most."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence

import msgspec

from seachange.postgres.account import environment

Command = Sequence[str]
KIBIBYTE = 1 if sys.platform == "darwin" else 1024
"""What the kernel counts the memory of a process in."""


class Failed(Exception):
    """A process that did not end well, in its own words."""


class Run(msgspec.Struct, frozen=True, order=True):
    """One run of a process; the best of two is the faster."""

    seconds: float
    memory: int


def run(command: Command) -> Run:
    """Its output is thrown away.  The kernel counts our memory as the child's until it begins: we must stay small."""
    with tempfile.TemporaryFile("w+") as words:
        began = time.perf_counter()
        child = subprocess.Popen(
            command, env=_usual(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=words
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            words.seek(0)
            raise Failed((words.read().strip() or f"exit code {child.returncode}").splitlines()[-1])
    return Run(seconds, usage.ru_maxrss * KIBIBYTE)


def race(commands: Mapping[str, Command], rounds: int) -> tuple[dict[str, Run], dict[str, str]]:
    """The best run of each, and of those that failed the reason.

    They take turns, so that what else the machine does slows them all alike.
    """
    best: dict[str, Run] = {}
    failed: dict[str, str] = {}
    for name, command in list(commands.items()) * rounds:
        if name not in failed:
            try:
                now = run(command)
                best[name] = min(now, best.get(name, now))
            except Failed as reason:
                failed[name] = str(reason)
    return best, failed


def python(code: str) -> Command:
    """A process of the interpreter that we run in."""
    return [sys.executable, "-c", code]


def _usual() -> dict[str, str]:
    """Our environment; Python keeps what it compiles there, as it does where it is at home."""
    return {name: value for name, value in environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
