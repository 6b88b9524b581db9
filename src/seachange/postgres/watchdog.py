"""Drops the scratch databases of a process that is gone.

A program of its own, which imports nothing of ours at its start.  On its standard input it hears a first line, what it
needs to know, and then "+NAME" before a database is made and "-NAME" when it is dropped.  At the end of the input it
drops what is left.
"""

import json
import signal
import sys
from typing import TypedDict


class Order(TypedDict):
    """Where the databases are, the mark of the session that makes them, and where Python finds the driver."""

    conninfo: str
    mark: int
    path: list[str]


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    order: Order = json.loads(sys.stdin.readline())
    left: set[str] = set()
    for line in sys.stdin:
        (left.add if line[0] == "+" else left.discard)(line[1:].rstrip("\n"))
    if left:
        _drop(order, left)


def _drop(order: Order, names: set[str]) -> None:
    sys.path[:] = order["path"]
    from seachange.postgres import databases

    databases.drop_left(order["conninfo"], order["mark"], names)


if __name__ == "__main__":
    main()
