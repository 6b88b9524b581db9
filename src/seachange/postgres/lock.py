"""Locks on files, by which processes that know nothing of one another share a folder.  The kernel frees them."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ALONE = fcntl.LOCK_EX
TOGETHER = fcntl.LOCK_SH


@contextmanager
def held(path: Path, how: int = ALONE, *, wait: bool = True) -> Iterator[IO[bytes]]:
    """The open file `path`, locked.  Without `wait`, BlockingIOError if somebody has it."""
    with path.open("ab") as file:
        fcntl.flock(file, how if wait else how | fcntl.LOCK_NB)
        yield file


def is_free(path: Path) -> bool:
    try:
        with held(path, wait=False):
            return True
    except BlockingIOError:
        return False
