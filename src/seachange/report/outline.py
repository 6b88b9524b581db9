"""A tree of items as lines of text.

Where there is much to tell, what is created is only counted, and of many alike the first are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice

from seachange.report import MARKS, Field, Item, local, members, plural
from seachange.report.line import Line, Room, line
from seachange.report.lines import clean, diff, long
from seachange.report.tally import contents, differing, moves, whole

STYLES = {"create": "green", "drop": "red", "alter": "yellow"}
STEP = "  "


def outline(items: tuple[Item, ...], room: Room) -> Iterator[Line]:
    """The lines of a tree."""
    short = differing(items) > room.many
    for item in items:
        if item.verb:
            yield from _item(item, "", "", room=room, short=short)
        else:
            yield line(STEP, (f"{item.kind} " if item.kind else "", "dim"), (clean(item.name), "bold"))
            yield from _parts(item, item.parts, STEP * 2, room=room, short=short)


def _parts(holder: Item, parts: Iterable[Item], indent: str, *, room: Room, short: bool) -> Iterator[Line]:
    """Each kind in its turn: those that tell most, and how many more there are."""
    for kind, found in groupby(parts, key=lambda part: part.kind):
        alike = list(found)
        shown = sorted(sorted(range(len(alike)), key=lambda place: _weight(alike[place]))[: room.first])
        for place in shown:
            yield from _item(alike[place], holder.kind, indent, room=room, short=short)
        if left := len(alike) - len(shown):
            word = local(kind, holder.kind)
            yield line((f"{indent}… and {left:,} more {word if left == 1 else plural(word)} {room.more}", "dim"))


def _weight(item: Item) -> int:
    """What is itself made, dropped or altered tells more than what only has something new in it."""
    if item.verb:
        return 0
    return 1 if any(part.verb != "create" for part in members(item.parts)) else 2


def _item(item: Item, holder: str, indent: str, *, room: Room, short: bool) -> Iterator[Line]:
    row = _line(item, holder, indent or STEP)
    below = f"{indent or STEP}{STEP * 2}"
    if whole(item) and not (room.unfolds and any(part.name for part in item.parts)):
        yield from _noted(row, contents(item) or item.summary, below, room)
        return
    counted = short and bool(indent)
    note = moves(item) if counted else ""
    yield from _altered(row, item, below, room) if item.verb == "alter" else _noted(row, note, below, room)
    listed = (part for part in item.parts if not _goes_without_saying(part, item, counted=counted))
    yield from _parts(item, listed, below, room=room, short=short)


def _goes_without_saying(part: Item, holder: Item, *, counted: bool) -> bool:
    """What is said of a thing, where the thing itself is new; and what is new, where that is only counted."""
    counted_above = counted and part.verb == "create"
    return counted_above or (holder.verb in ("create", "drop") and part.verb == holder.verb and not part.name)


def _line(item: Item, holder: str, indent: str) -> Line:
    style = STYLES.get(item.verb, STYLES["alter"])
    mark = MARKS.get(item.verb, MARKS["alter"])
    row = line(indent, (mark, f"bold {style}"), " ", (local(item.kind, holder), style))
    return line(row, (f" {clean(item.name)}", "bold")) if item.name else row


def _noted(row: Line, note: str, indent: str, room: Room) -> Iterator[Line]:
    """A line and what is to be said of it: behind it, or below where there is no room."""
    told = line((clean(note), "dim"))
    if row.width + 2 + told.width <= room.width:
        yield line(row, "  ", told) if note else row
        return
    yield row
    yield line(indent, told)


def _altered(row: Line, item: Item, indent: str, room: Room) -> Iterator[Line]:
    """An item with the fields that differ: on its own line, where one short one does."""
    if len(item.fields) == 1 and not long(item.fields[0]):
        told = line("  ", _sides(item.fields[0]))
        if row.width + told.width <= room.width:
            yield row + told
            return
    yield row
    for field in item.fields:
        yield from _field(field, indent, room)


def _field(field: Field, indent: str, room: Room) -> Iterator[Line]:
    if long(field):
        yield line(indent, (field.name, "dim"))
        yield from _diff(field, f"{indent}{STEP}", room)
        return
    row = line(indent, _sides(field))
    if row.width <= room.width:
        yield row
    else:
        yield line(indent, (field.name, "dim"))
        yield from (line(indent, STEP, side) for side in _stacked(field))


def _sides(field: Field) -> Line:
    before, after = (clean(side or "none") for side in (field.before, field.after))
    return line((f"{field.name} ", "dim"), (before, "red"), (" → ", "dim"), (after, "green"))


def _stacked(field: Field) -> Iterator[Line]:
    for mark, side, style in (("-", field.before, "red"), ("+", field.after, "green")):
        yield line((f"{mark} {clean(side or 'none')}", style))


def _diff(field: Field, indent: str, room: Room) -> Iterator[Line]:
    lines = diff(field)
    for row in islice(lines, room.lines):
        style = {"+": "green", "-": "red", "@": "cyan"}.get(row[:1], "dim")
        yield line((f"{indent}{clean(row)}", style))
    if left := sum(1 for _ in lines):
        yield line((f"{indent}… and {left:,} more lines {room.more}", "dim"))
