"""How far a long statement is, seen from a second session while the first is busy with it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from psycopg import Connection

Session = Connection[Any]
Progresses = Callable[[str, int, int], None]
"""Told a phase, and how much of it is done of how much; the last is 0 where that is not known."""

PROGRESS = files("seachange.postgres").joinpath("progress.sql").read_bytes()


def progress(looking: Session, pid: int) -> tuple[str, int, int] | None:
    """What `Progresses` is told of the process of that number; None: its statement is none that tells."""
    row = looking.execute(PROGRESS, {"pid": pid}).fetchone()
    return None if row is None else (row[0], row[1], row[2])
