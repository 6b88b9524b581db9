"""A report as Markdown: a file of its own, or the description of a pull request, where what matters is open and the
rest folds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice
from typing import assert_never

from msgspec import Struct

from seachange.finding import Finding
from seachange.report import (
    MARKS,
    Bars,
    Field,
    Figure,
    Item,
    Listing,
    Report,
    Section,
    Table,
    Timeline,
    Tree,
    local,
)
from seachange.report.chart import tabled
from seachange.report.line import EVERY, cells
from seachange.report.lines import clean, diff, long
from seachange.report.tally import contents, moves, whole


class Limits(Struct, frozen=True):
    """How much is shown.  `letters`: after that many, objects are named and no longer unfolded."""

    objects: int = EVERY
    letters: int = EVERY
    parts: int = EVERY
    lines: int = EVERY
    rows: int = EVERY


WHOLE = Limits()
"""All there is, for a file; tables stand open in it."""
BRIEF = Limits(objects=200, letters=30_000, parts=60, lines=40, rows=100)
"""GitHub takes 65,536 letters in a description."""
PADDED = 48
"""Letters up to which cells are made as wide as their column, for who reads the file as it is."""
SPECIAL = re.compile(r"([\\`*_{}\[\]#+!|~@$-])")
MORE = "`--format html` shows all that is in them"


def markdown(report: Report, limits: Limits = BRIEF) -> str:
    """The report as GitHub, GitLab and others show it."""
    return "\n".join(_lines(report, limits)) + "\n"


def _lines(report: Report, limits: Limits) -> Iterator[str]:
    yield f"{'#' if limits is WHOLE else '##'} {_plain(report.title)}"
    yield ""
    yield f"**{_plain(report.verdict)}**"
    yield ""
    yield from (f"- {_plain(label)}: {_code(name)}" for label, name in report.about)
    if report.figures:
        yield ""
        yield " · ".join(map(_figure, report.figures))
    listings = sum(isinstance(one, Listing) for one in report.sections)
    for section in report.sections:
        yield ""
        yield from _section(section, listings, limits)
    yield from _findings(report.findings, limits)


def _section(section: Section, listings: int, limits: Limits) -> Iterator[str]:
    title = _plain(section.title)
    match section:
        case Tree():
            yield from _headed(title, _tree(section.items, limits))
        case Listing() if section.aside:
            yield from _folded(_html(section.title), _passages(section, listings, limits))
        case Listing():
            yield f"### {title}"
            yield from _passages(section, listings, limits)
        case Table() | Timeline() | Bars():
            table = section if isinstance(section, Table) else tabled(section)
            if limits is WHOLE and not section.aside:
                yield from _headed(title, _table(table, limits))
            else:
                yield from _folded(_html(section.title), _table(table, limits))
        case _:
            assert_never(section)


def _headed(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield from lines


def _figure(figure: Figure) -> str:
    note = f" ({_plain(figure.note)})" if figure.note else ""
    return f"**{_plain(figure.value)}** {_plain(figure.label)}{note}"


def _table(table: Table, limits: Limits) -> Iterator[str]:
    rows = [tuple(map(_plain, row)) for row in (table.columns, *table.rows[: limits.rows])]
    texts = len(table.columns) - table.numeric
    most = PADDED if limits is WHOLE else 0
    widths = [
        max(3 if place < texts else 4, min(max(map(cells, column)), most))
        for place, column in enumerate(zip(*rows, strict=True))
    ]
    rules = tuple("-" * width if place < texts else "-" * (width - 1) + ":" for place, width in enumerate(widths))
    for row in (rows[0], rules, *rows[1:]):
        yield f"| {' | '.join(_aligned(row, widths, texts) if most else row)} |"
    if len(table.rows) > limits.rows:
        yield ""
        yield f"… and {len(table.rows) - limits.rows:,} more; {MORE}."
    if table.note:
        yield ""
        yield _plain(table.note)


def _aligned(row: tuple[str, ...], widths: list[int], texts: int) -> Iterator[str]:
    """The cells of a row, as wide as their columns."""
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        space = " " * (width - cells(cell))
        yield cell + space if place < texts else space + cell


def _tree(items: Iterable[Item], limits: Limits) -> Iterator[str]:
    """Objects one below the other, whether they stand alone or in a schema."""
    objects = [inner for item in items for inner in ((item,) if item.verb else item.parts)]
    room = limits.letters
    for item in objects[: limits.objects]:
        lines = list(_fenced(_diff(item, "", "", limits)))
        room -= sum(map(len, lines))
        yield from _folded(_summary(item), lines) if room > 0 else (f"- {_summary(item)}",)
    if len(objects) > limits.objects or room <= 0:
        yield ""
        yield f"{len(objects):,} objects in all: {MORE}."


def _passages(listing: Listing, listings: int, limits: Limits) -> Iterator[str]:
    """As many with their code as people take in, some more by name, and how many others there are."""
    room, named = limits.letters // listings, max(limits.objects // listings, 10)
    for passage in listing.passages[:named]:
        room -= len(passage.code)
        yield ""
        yield f"**{_plain(passage.heading)}**"
        if passage.notes:
            yield ""
        yield from (f"- {_plain(note)}" for note in passage.notes)
        if passage.code and room > 0:
            yield ""
            yield from _fenced((clean(line, "\t") for line in passage.code.splitlines()), listing.language)
    if len(listing.passages) > named:
        yield ""
        yield f"… and {len(listing.passages) - named:,} more; {MORE}."


def _summary(item: Item) -> str:
    told = (contents(item) or item.summary) if whole(item) else moves(item)
    mark = MARKS.get(item.verb, MARKS["alter"])
    return f"<code>{mark}</code> {_html(item.kind)} <b>{_html(item.name)}</b> {_html(told)}".rstrip()


def _folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"<details><summary>{summary}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"


def _fenced(lines: Iterable[str], language: str = "diff") -> Iterator[str]:
    """A block of code, or of what comes and goes; its fence is longer than any within."""
    found = list(lines)
    longest = max((len(run) for line in found for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}{language}"
    yield from found
    yield fence


def _diff(item: Item, holder: str, indent: str, limits: Limits) -> Iterator[str]:
    mark = {"create": "+", "drop": "-"}.get(item.verb, " ")
    words = (local(item.kind, holder), item.name, item.summary)
    yield f"{mark} {indent}{clean(' '.join(word for word in words if word))}"
    if item.verb == "alter":
        for field in item.fields:
            yield from _field(field, f"{indent}  ", limits)
    for part in item.parts[: limits.parts]:
        yield from _diff(part, item.kind, f"{indent}  ", limits)
    if len(item.parts) > limits.parts:
        yield f"  {indent}  … and {len(item.parts) - limits.parts:,} more"


def _field(field: Field, indent: str, limits: Limits) -> Iterator[str]:
    if not long(field):
        yield f"- {indent}{clean(field.name)}: {clean(field.before or 'none')}"
        yield f"+ {indent}{clean(field.name)}: {clean(field.after or 'none')}"
        return
    yield f"  {indent}{clean(field.name)}:"
    lines = diff(field)
    yield from (_marked(line, indent) for line in islice(lines, limits.lines))
    if left := sum(1 for _ in lines):
        yield f"  {indent}… and {left:,} more lines"


def _marked(line: str, indent: str) -> str:
    mark = line[0] if line[0] in "+-" else " "
    return f"{mark} {indent}{clean(line[1:] if line[0] in '+- ' else line)}"


def _findings(findings: tuple[Finding, ...], limits: Limits) -> Iterator[str]:
    if findings:
        yield from ("", "### Findings", "")
    for finding in findings[: limits.rows]:
        yield f"- **{finding.severity.value}**: {_plain(finding.message)} {_plain(finding.advice)}".rstrip()
    if len(findings) > limits.rows:
        yield f"- … and {len(findings) - limits.rows:,} more"


def _plain(text: str) -> str:
    """Text that means nothing to Markdown, nor to HTML."""
    return SPECIAL.sub(r"\\\1", _html(text))


def _html(text: str) -> str:
    return escape(clean(text), quote=False)


def _code(text: str) -> str:
    return f"<code>{_html(text)}</code>"
