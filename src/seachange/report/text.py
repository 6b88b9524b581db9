"""A report as lines of text: understood without colour, and right at 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import assert_never

from seachange.finding import Finding, Severity
from seachange.report import MARKS, Bars, Figure, Listing, Passage, Report, Section, Table, Timeline, Tree
from seachange.report.chart import tabled
from seachange.report.grid import GAP, INDENT, grid
from seachange.report.line import WHOLE, Line, Room, line, prose
from seachange.report.lines import clean
from seachange.report.outline import STYLES, outline

SEVERITIES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def text(report: Report, room: Room = WHOLE) -> str:
    """The report as plain text.  What is still too long for a line goes on in the next one."""
    return "".join(f"{part}\n" for each in lines(report, room) for part in _broken(str(each).rstrip(), room.width))


def lines(report: Report, room: Room) -> Iterator[Line]:
    """The report from top to bottom.  A name or a piece of code can make a line longer than the room is wide."""
    yield from _heading(report, room)
    for section in report.sections:
        yield Line()
        yield line((section.title, "bold"))
        yield from _section(section, room)
    yield from _findings(report.findings, room)
    yield Line()
    yield from prose(report.verdict, room.width, "bold green" if report.good else "bold", indent="")


def _section(section: Section, room: Room) -> Iterator[Line]:
    match section:
        case Tree(items=items):
            yield from outline(items, room)
        case Table():
            yield from grid(section, room)
        case Listing():
            yield from _listing(section, room)
        case Timeline() | Bars():
            yield from grid(tabled(section), room)
        case _:
            assert_never(section)


def _heading(report: Report, room: Room) -> Iterator[Line]:
    yield line((report.title, "bold"))
    for label, name in report.about:
        yield line((f"  {label:<{max(len(label) for label, _ in report.about)}}  ", "dim"), clean(name))
    if report.figures:
        yield Line()
    for counted in (True, False):
        yield from _in_lines([_figure(figure) for figure in report.figures if bool(figure.verb) is counted], room)


def _in_lines(figures: Iterable[Line], room: Room) -> Iterator[Line]:
    """As many in a line as there is room for."""
    full = Line()
    for figure in figures:
        if full.pieces and full.width + len(GAP) + figure.width > room.width:
            yield full
            full = Line()
        full = line(full, GAP if full.pieces else INDENT, figure)
    if full.pieces:
        yield full


def _figure(figure: Figure) -> Line:
    sign = f"{MARKS[figure.verb]} " if figure.verb else ""
    note = f" ({figure.note})" if figure.note else ""
    return line((f"{sign}{figure.value}", STYLES.get(figure.verb, "bold")), f" {figure.label}", (note, "dim"))


def _listing(listing: Listing, room: Room) -> Iterator[Line]:
    for passage in listing.passages[: room.rows]:
        yield from _passage(passage, room)
    if len(listing.passages) > room.rows:
        yield line((f"  … and {len(listing.passages) - room.rows:,} more {room.more}", "dim"))


def _passage(passage: Passage, room: Room) -> Iterator[Line]:
    """What it is about, what is said of it, and the first lines of the code."""
    yield from prose(passage.heading, room.width)
    for note in passage.notes:
        yield from prose(note, room.width, "dim", indent="    ")
    code = passage.code.splitlines()
    for each in code[: room.lines]:
        for part in wrap(clean(each, "\t"), room.width, initial_indent="      ", subsequent_indent="        "):
            yield line((part, "cyan"))
    if len(code) > room.lines:
        yield line((f"      … and {len(code) - room.lines:,} more lines {room.more}", "dim"))


def _findings(findings: tuple[Finding, ...], room: Room) -> Iterator[Line]:
    if findings:
        yield Line()
        yield line(("Findings", "bold"))
    for finding in findings[: room.rows]:
        yield from prose(f"{finding.severity.value}: {finding.message}", room.width, SEVERITIES[finding.severity])
        yield from prose(finding.advice, room.width, "dim", indent="    ")
    if len(findings) > room.rows:
        yield line((f"  … and {len(findings) - room.rows:,} more {room.more}", "dim"))


def _broken(told: str, width: int) -> Iterator[str]:
    """A line in as many as it needs; names are never taken apart."""
    if len(told) <= width:
        yield told
        return
    below = " " * (len(told) - len(told.lstrip()) + 4)
    yield from wrap(told, width, subsequent_indent=below, break_long_words=False, break_on_hyphens=False)
