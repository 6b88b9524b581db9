"""What every verb hands back: one Report, which the terminal, a pull request and a page show alike.

Pure data.  `text`, `markdown` and `html` render it here; `seachange.cli.text` puts the text into the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from seachange.finding import Finding

__all__ = [
    "MARKS",
    "Bar",
    "Bars",
    "Field",
    "Figure",
    "Item",
    "Listing",
    "Passage",
    "Report",
    "Section",
    "Span",
    "Table",
    "Timeline",
    "Tree",
    "local",
    "members",
    "plural",
]

MARKS = {"create": "+", "drop": "-", "alter": "~"}
"""A sign for each verb, so that nobody needs colours to tell them apart."""


class Figure(Struct, frozen=True):
    """A number worth a headline.  `verb` is given where it counts the items of that verb."""

    label: str
    value: str
    note: str = ""
    verb: str = ""


class Field(Struct, frozen=True):
    """What is told of an item, on each side that has it."""

    name: str
    before: str | None = None
    after: str | None = None


class Item(Struct, frozen=True):
    """One thing and what lies within it.  Without a verb it is there only for its parts.

    `name` is empty where the thing has none of its own, as an owner; `summary` tells all of it in a line.
    """

    kind: str
    name: str
    verb: str = ""
    summary: str = ""
    fields: tuple[Field, ...] = ()
    parts: tuple[Item, ...] = ()


class Tree(Struct, frozen=True, tag="tree"):
    """Items within items.  A report has one: what people search, filter and unfold on its page."""

    title: str
    items: tuple[Item, ...]
    aside: bool = False


class Table(Struct, frozen=True, tag="table"):
    """Rows of cells.  `numeric` is how many of the last columns are numbers.

    Here as in other sections, what is `aside` is for those who ask: folded, where things can be.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: int = 0
    note: str = ""
    aside: bool = False


class Passage(Struct, frozen=True):
    """A piece of code, what it is about, and what is to be said of it, a sentence or a line each."""

    heading: str
    notes: tuple[str, ...] = ()
    code: str = ""


class Listing(Struct, frozen=True, tag="listing"):
    """Code, piece by piece."""

    title: str
    passages: tuple[Passage, ...]
    language: str = "sql"
    aside: bool = False


class Span(Struct, frozen=True):
    """What happened from one moment to another, in seconds since the first of all.

    `parts` are the begins and ends of what it consists of; empty: there is nothing in between.  `tone` is how a page
    draws a mark: wait, lock, or empty.
    """

    label: str
    begin: float
    end: float
    note: str = ""
    tone: str = ""
    marks: tuple[Span, ...] = ()
    parts: tuple[tuple[float, float], ...] = ()

    @property
    def took(self) -> float:
        """How long it was, without what lies between its parts."""
        return sum(end - begin for begin, end in self.parts or ((self.begin, self.end),))


class Timeline(Struct, frozen=True, tag="timeline"):
    """Spans of time on one scale.  The marks of a span lie within it: such as when it had to wait."""

    title: str
    spans: tuple[Span, ...]
    note: str = ""
    aside: bool = False


class Bar(Struct, frozen=True):
    """Something measured before and after; None where it was not there.  `told` are both in words."""

    label: str
    before: float | None
    after: float | None
    told: tuple[str, str]


class Bars(Struct, frozen=True, tag="bars"):
    """Bars on one scale, which ends at `most`, or at the longest of them."""

    title: str
    columns: tuple[str, str, str]
    bars: tuple[Bar, ...]
    most: float | None = None
    note: str = ""
    aside: bool = False


Section = Tree | Table | Listing | Timeline | Bars


class Report(Struct, frozen=True):
    """The evidence of one piece of work.

    `about` names what it is about, such as both sources; `verdict` is the sentence that a hurried reader wants, and
    `good` whether it says what was hoped for.
    """

    title: str
    verdict: str
    good: bool
    about: tuple[tuple[str, str], ...] = ()
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()
    findings: tuple[Finding, ...] = ()
    began: datetime | None = None
    ended: datetime | None = None


def members(items: tuple[Item, ...]) -> Iterator[Item]:
    """The items with all that lies within them, each before its parts."""
    for item in items:
        yield item
        yield from members(item.parts)


def local(kind: str, holder: str) -> str:
    """What a kind is called within its holder: a table column is a column of a table."""
    return kind.removeprefix(f"{holder} ")


def plural(kind: str) -> str:
    """The word for several of a kind."""
    head, of, rest = kind.partition(" of ")
    if head.endswith("y") and head[-2:-1] not in "aeiou":
        head = f"{head[:-1]}ies"
    elif head.endswith(("s", "x", "ch", "sh")):
        head = f"{head}es"
    else:
        head = f"{head}s"
    return f"{head}{of}{rest}"
