"""Runs a shell command, and ends all that it started as soon as the process that asked for it is gone.

A program of its own, which imports nothing of ours.  Its standard input never says anything: it ends when that process
does, be it by kill -9.
"""

import os
import signal
import subprocess
import sys
from threading import Thread


def main(command: str) -> int:
    """The exit code of `command`, as a shell tells it.  We lead a process group in which it runs as well."""
    process = subprocess.Popen(command, shell=True, stdin=subprocess.DEVNULL)
    Thread(target=_end_with_parent, daemon=True).start()
    code = process.wait()
    return 128 - code if code < 0 else code


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
