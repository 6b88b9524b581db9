"""A report as Markdown, made for the description of a pull request: what matters is open, the rest folds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from itertools import islice

from seachange.finding import Finding
from seachange.report import MARKS, Field, Figure, Item, Listing, Passage, Report, Table, Tree, local
from seachange.report.lines import clean, diff, long
from seachange.report.tally import contents, moves, whole

OBJECTS = 200
ROOM = 30_000
"""Letters after which objects are named and no longer unfolded: GitHub takes 65,536 in a description."""
PARTS = 60
LINES = 40
ROWS = 100
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~@$-])")
MORE = "`--format html` shows all that is in them"


def markdown(report: Report) -> str:
    """The report as GitHub, GitLab and others show it."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"## {_plain(report.title)}"
    yield ""
    yield f"**{_plain(report.verdict)}**"
    yield ""
    yield from (f"- {_plain(label)}: {_code(name)}" for label, name in report.about)
    if report.figures:
        yield ""
        yield " · ".join(map(_figure, report.figures))
    for section in report.sections:
        yield ""
        match section:
            case Tree():
                yield f"### {_plain(section.title)}"
                yield ""
                yield from _tree(section.items)
            case Table():
                yield from _folded(_html(section.title), _table(section))
            case Listing():
                yield f"### {_plain(section.title)}"
                yield from _passages(section.passages, sum(isinstance(one, Listing) for one in report.sections))
    yield from _findings(report.findings)


def _figure(figure: Figure) -> str:
    note = f" ({_plain(figure.note)})" if figure.note else ""
    return f"**{_plain(figure.value)}** {_plain(figure.label)}{note}"


def _table(table: Table) -> Iterator[str]:
    aligned = len(table.columns) - table.numeric
    yield f"| {' | '.join(map(_plain, table.columns))} |"
    yield f"|{'|'.join(' --- ' if place < aligned else ' ---: ' for place in range(len(table.columns)))}|"
    yield from (f"| {' | '.join(map(_plain, row))} |" for row in table.rows[:ROWS])
    if len(table.rows) > ROWS:
        yield ""
        yield f"… and {len(table.rows) - ROWS:,} more; {MORE}."
    if table.note:
        yield ""
        yield _plain(table.note)


def _tree(items: Iterable[Item]) -> Iterator[str]:
    """Objects one below the other, whether they stand alone or in a schema."""
    objects = [inner for item in items for inner in ((item,) if item.verb else item.parts)]
    room = ROOM
    for item in objects[:OBJECTS]:
        lines = list(_fenced(_diff(item, "", "")))
        room -= sum(map(len, lines))
        yield from _folded(_summary(item), lines) if room > 0 else (f"- {_summary(item)}",)
    if len(objects) > OBJECTS or room <= 0:
        yield ""
        yield f"{len(objects):,} objects in all: {MORE}."


def _passages(passages: tuple[Passage, ...], listings: int) -> Iterator[str]:
    """As many with their code as people take in, some more by name, and how many others there are."""
    room, named = ROOM // listings, max(OBJECTS // listings, 10)
    for passage in passages[:named]:
        room -= len(passage.code)
        yield ""
        yield f"**{_plain(passage.heading)}**"
        yield ""
        yield from (f"- {_plain(note)}" for note in passage.notes)
        if room > 0:
            yield ""
            yield from _fenced((clean(line, "\t") for line in passage.code.splitlines()), "sql")
    if len(passages) > named:
        yield ""
        yield f"… and {len(passages) - named:,} more; {MORE}."


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


def _diff(item: Item, holder: str, indent: str) -> Iterator[str]:
    mark = {"create": "+", "drop": "-"}.get(item.verb, " ")
    words = (local(item.kind, holder), item.name, item.summary)
    yield f"{mark} {indent}{clean(' '.join(word for word in words if word))}"
    if item.verb == "alter":
        for field in item.fields:
            yield from _field(field, f"{indent}  ")
    for part in item.parts[:PARTS]:
        yield from _diff(part, item.kind, f"{indent}  ")
    if len(item.parts) > PARTS:
        yield f"  {indent}  … and {len(item.parts) - PARTS:,} more"


def _field(field: Field, indent: str) -> Iterator[str]:
    if not long(field):
        yield f"- {indent}{clean(field.name)}: {clean(field.before or 'none')}"
        yield f"+ {indent}{clean(field.name)}: {clean(field.after or 'none')}"
        return
    yield f"  {indent}{clean(field.name)}:"
    lines = diff(field)
    yield from (_marked(line, indent) for line in islice(lines, LINES))
    if left := sum(1 for _ in lines):
        yield f"  {indent}… and {left:,} more lines"


def _marked(line: str, indent: str) -> str:
    mark = line[0] if line[0] in "+-" else " "
    return f"{mark} {indent}{clean(line[1:] if line[0] in '+- ' else line)}"


def _findings(findings: tuple[Finding, ...]) -> Iterator[str]:
    if findings:
        yield from ("", "### Findings", "")
    for finding in findings[:ROWS]:
        yield f"- **{finding.severity.value}**: {_plain(finding.message)} {_plain(finding.advice)}".rstrip()
    if len(findings) > ROWS:
        yield f"- … and {len(findings) - ROWS:,} more"


def _plain(text: str) -> str:
    """Text that means nothing to Markdown, nor to HTML."""
    return SPECIAL.sub(r"\\\1", _html(text))


def _html(text: str) -> str:
    return escape(clean(text), quote=False)


def _code(text: str) -> str:
    return f"<code>{_html(text)}</code>"
