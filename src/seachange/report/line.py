"""A line of text that knows how it is styled, and how much room it takes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from textwrap import wrap

from msgspec import Struct

from seachange.report.lines import clean

EVERY = 1 << 60


class Room(Struct, frozen=True):
    """How much is shown: columns; differences beyond which what is created is only counted; of one kind side by side;
    lines of a text; rows of a table and pieces of code.  `more` tells where the rest is.  `unfolds`: what is made as
    one is told in all its parts.
    """

    width: int
    many: int = 150
    first: int = 15
    lines: int = 14
    rows: int = 60
    more: str = "(all of them: --format html or json)"
    unfolds: bool = False


WHOLE = Room(width=120, many=EVERY, first=EVERY, lines=EVERY, rows=EVERY, unfolds=True)
"""All there is, for a file."""


class Line(Struct, frozen=True):
    """Pieces of text, each with its style; without colours nothing is lost."""

    pieces: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return "".join([text for text, _ in self.pieces])

    def __add__(self, other: Line) -> Line:
        return Line((*self.pieces, *other.pieces))

    @property
    def width(self) -> int:
        """The columns of a terminal that it takes."""
        return cells(str(self))


def line(*pieces: str | tuple[str, str] | Line) -> Line:
    """A line of pieces, with their styles or without."""
    found: list[tuple[str, str]] = []
    for piece in pieces:
        match piece:
            case tuple():
                found.append(piece)
            case str():
                found.append((piece, ""))
            case Line():
                found += piece.pieces
    return Line(tuple(found))


def prose(text: str, width: int, style: str = "", indent: str = "  ") -> Iterator[Line]:
    """Sentences, broken into lines."""
    for part in wrap(clean(text), width, initial_indent=indent, subsequent_indent=indent):
        yield line((part, style))


def cells(text: str) -> int:
    """The columns that `text` takes: letters of East Asia take two, marks upon others none."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
