"""A table in lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from seachange.report import Table
from seachange.report.line import Line, Room, cells, line, prose
from seachange.report.lines import clean

INDENT, GAP = "  ", "   "


def grid(table: Table, room: Room) -> Iterator[Line]:
    """The table under its columns' names.  Where it would be wider than the room, long cells are broken into lines."""
    rows = [tuple(map(clean, row)) for row in table.rows[: room.rows]]
    texts = len(table.columns) - table.numeric
    widths = _widths((table.columns, *rows), texts, room.width - len(INDENT) - len(GAP) * (len(table.columns) - 1))
    yield from (line(INDENT, (each, "dim")) for each in _row(table.columns, widths, texts))
    yield line(INDENT, ("─" * (sum(widths) + len(GAP) * (len(widths) - 1)), "dim"))
    for row in rows:
        yield from (line(INDENT, each) for each in _row(row, widths, texts))
    if len(table.rows) > room.rows:
        yield line((f"{INDENT}… and {len(table.rows) - room.rows:,} more {room.more}", "dim"))
    if table.note:
        yield from prose(table.note, room.width, "dim")


def _widths(rows: Iterable[Sequence[str]], texts: int, available: int) -> list[int]:
    """How wide each column is: as its widest cell, but for texts that leave no room for the others."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    left = max(available - sum(widths[texts:]), texts)
    most = next((most for most in range(left, 0, -1) if sum(min(width, most) for width in widths[:texts]) <= left), 1)
    return [*(min(width, most) for width in widths[:texts]), *widths[texts:]]


def _row(row: Sequence[str], widths: Sequence[int], texts: int) -> Iterator[str]:
    broken = (_broken(cell, width) for cell, width in zip(row, widths, strict=True))
    for parts in zip_longest(*broken, fillvalue=""):
        yield GAP.join(
            _padded(part, width, right=place >= texts)
            for place, (part, width) in enumerate(zip(parts, widths, strict=True))
        ).rstrip()


def _broken(cell: str, width: int) -> Iterator[str]:
    """The cell in lines of that width: between words, and within those that are longer."""
    if cells(cell) <= width:
        yield cell
        return
    current = ""
    for word in _pieces(cell, width):
        if current and cells(current) + 1 + cells(word) > width:
            yield current
            current = word
        else:
            current = f"{current} {word}" if current else word
    yield current


def _pieces(cell: str, width: int) -> Iterator[str]:
    """The words of a cell, taken apart where one is wider than the column."""
    for word in cell.split():
        piece = ""
        for letter in word:
            if piece and cells(piece + letter) > width:
                yield piece
                piece = ""
            piece += letter
        yield piece


def _padded(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - cells(text))
    return space + text if right else text + space
