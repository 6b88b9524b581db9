"""Keeps one server for as long as anybody holds the lock of its folder.

A program of its own, which imports nothing of ours.  It lives in its own session, so that neither Ctrl-C nor kill -9 of
the process that started it reaches it.  Should it be killed itself, the kernel stops the server.
"""

import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import TypedDict

PR_SET_PDEATHSIG = 1
PATIENCE = 60.0


class Order(TypedDict):
    """What to keep: `command` in `folder`, as `user`.  `passing`: the folder goes with the server."""

    folder: str
    sockets: str
    command: list[str]
    user: int | None
    group: int | None
    held: int
    passing: bool


def main(order: Order) -> int:
    """0 as soon as the server takes connections, 1 if it does not come up; the keeping goes on in a child."""
    ready, tell = os.pipe()
    if os.fork():
        os.close(tell)
        return 0 if os.read(ready, 1) else 1
    os.close(ready)
    _keep(order, tell)
    return 0


def _keep(order: Order, tell: int) -> None:
    server = _start(order)
    if not _comes_up(server, Path(order["folder"], "data", "postmaster.pid")):
        return _tidy(order)
    signal.signal(signal.SIGCHLD, _ended)
    os.write(tell, b"1")
    os.close(tell)
    with Path(order["folder"], "users").open() as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        _stop(server, order)
        _tidy(order)
        os.close(order["held"])  # while nobody else is in: who comes next must not take us for a server that runs


def _start(order: Order) -> "subprocess.Popen[bytes]":
    """The server inherits `held`, so that this lock is free only when the last of its processes is gone."""
    user, group = order["user"], order["group"]
    return subprocess.Popen(
        order["command"],
        user=user,
        group=group,
        extra_groups=None if user is None else [],
        pass_fds=(order["held"],),
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
    )


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _comes_up(server: "subprocess.Popen[bytes]", pidfile: Path) -> bool:
    """The eighth line of the server's pid file says how far it is, as pg_ctl knows too."""
    while server.poll() is None:
        lines = pidfile.read_text().splitlines() if pidfile.exists() else []
        if len(lines) >= 8 and lines[7].strip() == "ready":
            return True
        time.sleep(0.01)
    return False


def _ended(signum: int, frame: FrameType | None) -> None:
    sys.exit(1)


def _stop(server: "subprocess.Popen[bytes]", order: Order) -> None:
    """In order if its folder is kept, at once if not.  Nobody new comes in: the lock is still ours."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    server.send_signal(signal.SIGQUIT if order["passing"] else signal.SIGINT)
    try:
        server.wait(PATIENCE)
        Path(order["folder"], "unclean").unlink()
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()


def _tidy(order: Order) -> None:
    if order["passing"]:
        shutil.rmtree(order["folder"], ignore_errors=True)
    if order["sockets"] != order["folder"]:
        shutil.rmtree(order["sockets"], ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
