"""A report in the terminal: as wide as that is, and in its colours."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable
from typing import IO

from rich.console import Console, OverflowMethod
from rich.text import Text

from seachange.cli.output import WIDE
from seachange.report import Report
from seachange.report.line import Line, Room
from seachange.report.text import lines


def show(report: Report) -> None:
    """Print the report for whoever reads stdout."""
    _print(report, sys.stdout, None if sys.stdout.isatty() else _width())


def text(report: Report) -> str:
    """The report as plain text."""
    written = io.StringIO()
    _print(report, written, _width())
    return written.getvalue()


def show_lines(written: Callable[[Room], Iterable[Line]]) -> None:
    """Print lines that are made for the width of stdout."""
    console = _console(sys.stdout, None if sys.stdout.isatty() else _width())
    _put(console, written(Room(console.width)))


def _width() -> int:
    told = os.environ.get("COLUMNS", "")
    return int(told) if told.isdigit() and int(told) > 0 else WIDE


def _print(report: Report, file: IO[str], width: int | None) -> None:
    console = _console(file, width)
    _put(console, lines(report, Room(console.width)), crop=True)


def _console(file: IO[str], width: int | None) -> Console:
    return _Terminal(file=file, width=width, highlight=False, markup=False, emoji=False)


def _put(console: Console, written: Iterable[Line], *, crop: bool = False) -> None:
    """Without `crop`, what is to be copied is never cut: the terminal breaks it."""
    overflow: OverflowMethod = "ellipsis" if crop else "ignore"
    for line in written:
        console.print(Text.assemble(*line.pieces), no_wrap=True, overflow=overflow, crop=crop)


class _Terminal(Console):
    """Leaves it to us what becomes of a closed pipe."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError
