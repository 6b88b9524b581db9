"""What `lint` tells of its checks: a page, or a table of all."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
import msgspec

from seachange.checks import checks
from seachange.checks.check import Check
from seachange.cli.output import Form, Output
from seachange.lint.page import group, grouped, needs, page, summary
from seachange.lint.wish import named
from seachange.report import Report, Section, Table
from seachange.report.line import Line, Room, line


def explained(name: str) -> None:
    """Print the page of a check."""
    text = page(named(name))
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        click.echo(text, nl=False)


def listed(out: Output) -> None:
    """Write the table of all checks."""
    if out.form is Form.TEXT:
        out.show_lines(_lines)
        return
    told = Report(
        title="Checks",
        verdict=f"There are {len(checks())} checks.",
        good=True,
        sections=tuple(_sections()),
    )
    out.show(told, lambda: msgspec.json.encode([_described(check) for check in checks().values()]))


def _lines(room: Room) -> Iterator[Line]:
    """A line for each, whole, however wide the room is: names are to be copied, and lines to be searched."""
    del room
    widest = max(map(len, checks()))
    for title, found in grouped():
        yield line((title, "bold"))
        for check in found:
            mark = "optional" if check.optional else check.severity.value
            yield line(
                f"  {check.code}  ", (f"{check.name:<{widest}}", "bold"), f"  {mark:<8}  ", (check.summary, "dim")
            )
        yield Line()
    yield line(f"There are {len(checks())} checks.  seachange lint --explain NAME tells more of one.")


def _sections() -> Iterator[Section]:
    for title, found in grouped():
        yield Table(title, ("code", "name", "severity", "is about"), tuple(map(_row, found)))


def _row(check: Check) -> tuple[str, ...]:
    return check.code, check.name, f"{check.severity.value}{', optional' if check.optional else ''}", check.summary


def _described(check: Check) -> dict[str, object]:
    return {
        "name": check.name,
        "code": check.code,
        "group": group(check),
        "severity": check.severity.value,
        "needs": needs(check),
        "optional": check.optional,
        "summary": summary(check),
        "about": check.summary,
        "same_as": list(check.same_as),
    }
