"""A report in the terminal: as wide as that is, and in its colours."""

from __future__ import annotations

import io
import os
import sys
from typing import IO

from rich.console import Console
from rich.text import Text

from seachange.report import Report
from seachange.report.line import Room
from seachange.report.text import lines

WIDE = 100
"""Columns, where nobody's terminal tells."""


def show(report: Report) -> None:
    """Print the report for whoever reads stdout."""
    _print(report, sys.stdout, None if sys.stdout.isatty() else _width())


def text(report: Report) -> str:
    """The report as plain text."""
    written = io.StringIO()
    _print(report, written, _width())
    return written.getvalue()


def _width() -> int:
    told = os.environ.get("COLUMNS", "")
    return int(told) if told.isdigit() and int(told) > 0 else WIDE


def _print(report: Report, file: IO[str], width: int | None) -> None:
    console = _Terminal(file=file, width=width, highlight=False, markup=False, emoji=False)
    for line in lines(report, Room(console.width)):
        console.print(Text.assemble(*line.pieces), no_wrap=True, overflow="ellipsis", crop=True)


class _Terminal(Console):
    """Leaves it to us what becomes of a closed pipe."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError
