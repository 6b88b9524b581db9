"""A tree of items as lines of a terminal.

Where there is much to tell, what is created is only counted, and of many alike the first are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from rich.text import Text

from seachange.report import MARKS, Field, Item, local, members, plural
from seachange.report.lines import clean, diff, long
from seachange.report.tally import contents, differing, moves, whole

STYLES = {"create": "green", "drop": "red", "alter": "yellow"}
MORE = "(all of them: --format html or json)"
MANY = 150
"""Differences beyond which what is created within an object is counted, not listed."""
FIRST = 15
"""How many of one kind are shown side by side."""
LINES = 14
"""How much of a diff is shown."""
STEP = "  "


def outline(items: tuple[Item, ...], width: int) -> Iterator[Text]:
    """The lines of a tree."""
    short = differing(items) > MANY
    for item in items:
        if item.verb:
            yield from _item(item, "", "", width=width, short=short)
        else:
            yield Text.assemble(STEP, (f"{item.kind} " if item.kind else "", "dim"), (clean(item.name), "bold"))
            yield from _parts(item, item.parts, STEP * 2, width=width, short=short)


def _parts(holder: Item, parts: Iterable[Item], indent: str, *, width: int, short: bool) -> Iterator[Text]:
    """Each kind in its turn: those that tell most, and how many more there are."""
    for kind, found in groupby(parts, key=lambda part: part.kind):
        alike = list(found)
        shown = sorted(sorted(range(len(alike)), key=lambda place: _weight(alike[place]))[:FIRST])
        for place in shown:
            yield from _item(alike[place], holder.kind, indent, width=width, short=short)
        if left := len(alike) - len(shown):
            word = local(kind, holder.kind)
            yield Text(f"{indent}… and {left:,} more {word if left == 1 else plural(word)} {MORE}", style="dim")


def _weight(item: Item) -> int:
    """What is itself made, dropped or altered tells more than what only has something new in it."""
    if item.verb:
        return 0
    return 1 if any(part.verb != "create" for part in members(item.parts)) else 2


def _item(item: Item, holder: str, indent: str, *, width: int, short: bool) -> Iterator[Text]:
    line = _line(item, holder, indent or STEP)
    below = f"{indent or STEP}{STEP * 2}"
    if whole(item):
        yield from _noted(line, contents(item) or item.summary, below, width)
        return
    counted = short and bool(indent)
    note = moves(item) if counted else ""
    yield from _altered(line, item, below, width) if item.verb == "alter" else _noted(line, note, below, width)
    listed = (part for part in item.parts if not _goes_without_saying(part, item, counted=counted))
    yield from _parts(item, listed, below, width=width, short=short)


def _goes_without_saying(part: Item, holder: Item, *, counted: bool) -> bool:
    """What is said of a thing, where the thing itself is new; and what is new, where that is only counted."""
    counted_above = counted and part.verb == "create"
    return counted_above or (holder.verb in ("create", "drop") and part.verb == holder.verb and not part.name)


def _line(item: Item, holder: str, indent: str) -> Text:
    style = STYLES.get(item.verb, STYLES["alter"])
    mark = MARKS.get(item.verb, MARKS["alter"])
    line = Text.assemble(indent, (mark, f"bold {style}"), " ", (local(item.kind, holder), style))
    return line.append(f" {clean(item.name)}", style="bold") if item.name else line


def _noted(line: Text, note: str, indent: str, width: int) -> Iterator[Text]:
    """A line and what is to be said of it: behind it, or below where there is no room."""
    told = Text(clean(note), style="dim")
    if line.cell_len + 2 + told.cell_len <= width:
        yield line.append("  ").append_text(told) if note else line
        return
    yield line
    yield Text(indent).append_text(told)


def _altered(line: Text, item: Item, indent: str, width: int) -> Iterator[Text]:
    """An item with the fields that differ: on its own line, where one short one does."""
    if len(item.fields) == 1 and not long(item.fields[0]):
        told = Text.assemble("  ", _sides(item.fields[0]))
        if line.cell_len + told.cell_len <= width:
            yield line.append_text(told)
            return
    yield line
    for field in item.fields:
        yield from _field(field, indent, width)


def _field(field: Field, indent: str, width: int) -> Iterator[Text]:
    if long(field):
        yield Text.assemble(indent, (field.name, "dim"))
        yield from _diff(field, f"{indent}{STEP}")
        return
    line = Text.assemble(indent, _sides(field))
    if line.cell_len <= width:
        yield line
    else:
        yield Text.assemble(indent, (field.name, "dim"))
        yield from (Text.assemble(indent, STEP, side) for side in _stacked(field))


def _sides(field: Field) -> Text:
    before, after = (clean(side or "none") for side in (field.before, field.after))
    return Text.assemble((f"{field.name} ", "dim"), (before, "red"), (" → ", "dim"), (after, "green"))


def _stacked(field: Field) -> Iterator[Text]:
    for mark, side, style in (("-", field.before, "red"), ("+", field.after, "green")):
        yield Text(f"{mark} {clean(side or 'none')}", style=style)


def _diff(field: Field, indent: str) -> Iterator[Text]:
    lines = diff(field)
    for line in islice(lines, LINES):
        style = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1], "dim")
        yield Text(f"{indent}{clean(line)}", style=style)
    if left := sum(1 for _ in lines):
        yield Text(f"{indent}… and {left:,} more lines {MORE}", style="dim")
