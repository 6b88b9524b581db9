"""Telling people who wait what for.  Only at a terminal, and only those who have waited a while."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

PATIENCE = 1.0
"""Seconds that nobody minds."""


@contextmanager
def progress(doing: str) -> Iterator[Callable[[str], None]]:
    """Shows on stderr what is being done, if it takes long; what it gives is told when that is something else."""
    if not sys.stderr.isatty():
        yield lambda now: None
        return
    from rich.console import Console
    from rich.text import Text

    status = Console(stderr=True).status(Text(doing))
    later = Timer(PATIENCE, status.start)
    later.daemon = True
    later.start()
    try:
        yield lambda now: status.update(Text(f"{doing}: {now}"))
    finally:
        later.cancel()
        later.join()
        status.stop()
