"""A report in the terminal: understood without colour, right at 80 columns, and never a wall of text."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from itertools import islice
from textwrap import wrap
from typing import IO

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from seachange.cli.tree import LINES, MORE, STYLES, outline
from seachange.finding import Finding, Severity
from seachange.report import MARKS, Figure, Listing, Passage, Report, Table, Tree
from seachange.report.lines import clean

WIDE = 100
"""Columns, where nobody's terminal tells."""
ROWS = 60
GAP = "   "
"""Between two figures."""
SEVERITIES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


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
    for block in blocks(report, console.width):
        console.print(block, no_wrap=isinstance(block, Text), overflow="ellipsis", crop=True)


class _Terminal(Console):
    """Leaves it to us what becomes of a closed pipe."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def blocks(report: Report, width: int) -> Iterator[RenderableType]:
    """The report from top to bottom, for a terminal of that width."""
    yield from _heading(report, width)
    for section in report.sections:
        yield Text()
        yield Text(section.title, style="bold")
        match section:
            case Tree(items=items):
                yield from outline(items, width)
            case Table():
                yield from _table(section, width)
            case Listing():
                yield from _listing(section, width)
    yield from _findings(report.findings, width)
    yield Text()
    yield from _prose(report.verdict, width, "bold green" if report.good else "bold", indent="")


def _heading(report: Report, width: int) -> Iterator[RenderableType]:
    yield Text(report.title, style="bold")
    for label, name in report.about:
        yield Text.assemble((f"  {label:<{max(len(label) for label, _ in report.about)}}  ", "dim"), clean(name))
    if report.figures:
        yield Text()
    for counted in (True, False):
        yield from _in_lines([_figure(figure) for figure in report.figures if bool(figure.verb) is counted], width)


def _in_lines(figures: list[Text], width: int) -> Iterator[Text]:
    """As many in a line as there is room for."""
    line = Text()
    for figure in figures:
        if line and len(line) + len(GAP) + len(figure) > width:
            yield line
            line = Text()
        line = (line or Text("  ")).append(GAP if line else "").append_text(figure)
    if line:
        yield line


def _figure(figure: Figure) -> Text:
    sign = f"{MARKS[figure.verb]} " if figure.verb else ""
    note = f" ({figure.note})" if figure.note else ""
    return Text.assemble((f"{sign}{figure.value}", STYLES.get(figure.verb, "bold")), f" {figure.label}", (note, "dim"))


def _table(table: Table, width: int) -> Iterator[RenderableType]:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim", padding=(0, 1))
    for place, column in enumerate(table.columns):
        number = place >= len(table.columns) - table.numeric
        grid.add_column(column, justify="right" if number else "left", no_wrap=number, overflow="fold")
    for row in islice(table.rows, ROWS):
        grid.add_row(*(Text(clean(cell)) for cell in row))
    yield Padding(grid, (0, 0, 0, 2), expand=False)
    if len(table.rows) > ROWS:
        yield Text(f"  … and {len(table.rows) - ROWS:,} more {MORE}", style="dim")
    if table.note:
        yield from _prose(table.note, width, "dim")


def _listing(listing: Listing, width: int) -> Iterator[RenderableType]:
    for passage in listing.passages[:ROWS]:
        yield from _passage(passage, width)
    if len(listing.passages) > ROWS:
        yield Text(f"  … and {len(listing.passages) - ROWS:,} more {MORE}", style="dim")


def _passage(passage: Passage, width: int) -> Iterator[Text]:
    """What it is about, what is said of it, and the first lines of the code."""
    yield from _prose(passage.heading, width, "")
    for note in passage.notes:
        yield from _prose(note, width, "dim", indent="    ")
    lines = passage.code.splitlines()
    for line in lines[:LINES]:
        for part in wrap(clean(line, "\t"), width, initial_indent="      ", subsequent_indent="        "):
            yield Text(part, style="cyan")
    if len(lines) > LINES:
        yield Text(f"      … and {len(lines) - LINES:,} more lines {MORE}", style="dim")


def _findings(findings: tuple[Finding, ...], width: int) -> Iterator[RenderableType]:
    if findings:
        yield Text()
        yield Text("Findings", style="bold")
    for finding in findings[:ROWS]:
        yield from _prose(f"{finding.severity.value}: {finding.message}", width, SEVERITIES[finding.severity])
        yield from _prose(finding.advice, width, "dim", indent="    ")
    if len(findings) > ROWS:
        yield Text(f"  … and {len(findings) - ROWS:,} more {MORE}", style="dim")


def _prose(prose: str, width: int, style: str, indent: str = "  ") -> Iterator[Text]:
    """Sentences, broken into lines."""
    for line in wrap(clean(prose), width, initial_indent=indent, subsequent_indent=indent):
        yield Text(line, style=style)
