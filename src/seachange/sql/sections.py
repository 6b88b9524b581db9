"""The parts of a file that holds the way there and the way back, by the comments that tools put between them."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from seachange.errors import NotUnderstood
from seachange.sql import parse, tree
from seachange.sql.cutter import Text
from seachange.sql.written import Section

GOOSE, DBMATE, SQL_MIGRATE, NODE, RAMBLER = "goose", "dbmate", "sql-migrate", "node-pg-migrate", "rambler"
CUTTING = frozenset({GOOSE, DBMATE, SQL_MIGRATE})
"""Tools that cut a file at their comments before they look at the SQL in it."""
_PREFIXES = {"+goose ": GOOSE, "migrate:": DBMATE, "+migrate ": SQL_MIGRATE, "rambler ": RAMBLER}
_DECORATION = "-=#*~!@: \t"
_PLAIN = {
    "up": Section.UP,
    "ups": Section.UP,
    "down": Section.DOWN,
    "downs": Section.DOWN,
    "migration up": Section.UP,
    "migrate up": Section.UP,
    "migration down": Section.DOWN,
    "migrate down": Section.DOWN,
    "up migration": Section.UP,
    "down migration": Section.DOWN,
}
_ALONE = frozenset({"no transaction", "notransaction", "transaction:false"})


class Part(Struct, frozen=True):
    """The bytes from `start` to `end` of a file.  `alone`: the tool is told to run them outside of a transaction."""

    start: int
    end: int
    section: Section = Section.UP
    tool: str = ""
    alone: bool = False


class Mark(Struct, frozen=True):
    """A comment between two parts, from byte `start` to byte `end`; without a section, it only says how to run it."""

    start: int
    end: int
    section: Section | None
    tool: str
    alone: bool = False


def parts(text: bytes) -> tuple[Part, ...]:
    """The parts of UTF-8 `text`, which together have all of it; one, where nothing parts it."""
    marks = list(_marks(text))
    tools = [mark.tool for mark in marks if mark.tool in CUTTING]
    if tools:
        marks = [mark for mark in marks if mark.tool == tools[0]]
        return tuple(_between(text, marks))
    return tuple(_between(text, _standing(text, marks)))


def _marks(text: bytes) -> Iterator[Mark]:
    if not any(word in text.lower() for word in (b"up", b"down", b"transaction")):
        return
    at = 0
    while at < len(text):
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].strip()
        if line.startswith(b"--") and len(line) < 200 and (mark := _mark(line, at, end)):
            yield mark
        at = end + 1


def _mark(line: bytes, start: int, end: int) -> Mark | None:
    said = " ".join(line[2:].decode().lower().split())
    for prefix, tool in _PREFIXES.items():
        if said.startswith(prefix):
            return _of_tool(said.removeprefix(prefix), tool, start, end)
    word = said.strip(_DECORATION)
    if word not in _PLAIN:
        return None
    tool = NODE if word in ("up migration", "down migration") else ""
    return Mark(start, end, _PLAIN[word], tool)


def _of_tool(said: str, tool: str, start: int, end: int) -> Mark | None:
    first, *more = said.split()
    alone = not _ALONE.isdisjoint({said, *more})
    section = _PLAIN.get(first)
    return Mark(start, end, section, tool, alone) if section or alone else None


def _between(text: bytes, marks: list[Mark]) -> Iterator[Part]:
    """What stands before the first mark belongs to the way there, and is comments as a rule."""
    everywhere = any(mark.alone and mark.section is None for mark in marks)
    sections = [mark for mark in marks if mark.section]
    tool = next((mark.tool for mark in marks), "")
    begins = [0, *(mark.start for mark in sections)]
    ends = [*begins[1:], len(text)]
    said = [Mark(0, 0, Section.UP, tool), *sections]
    for start, end, mark in zip(begins, ends, said, strict=True):
        if start < end:
            yield Part(start, end, mark.section or Section.UP, tool, mark.alone or everywhere)


def _standing(text: bytes, marks: list[Mark]) -> list[Mark]:
    """Those that stand between statements and not in the middle of one, such as in the body of a function."""
    found: list[Mark] = []
    start = 0
    for mark in marks:
        if _stops(text, start, mark.start):
            found.append(mark)
            start = mark.start
    return found


def _stops(text: bytes, start: int, end: int) -> bool:
    """Whether a statement may end before byte `end`."""
    reading = Text(text[:end], "", salvaged=True)
    reading.at = start
    last: parse.Span | None = None
    try:
        while reading.more():
            if reading.at_command():
                reading.command()
                continue
            for last in reading.spans():
                if last.reads_rows:
                    reading.rows("")
    except NotUnderstood:
        return False
    return last is None or last.ended or _is_whole(reading.between(last))


def _is_whole(sql: str) -> bool:
    try:
        return tree.tree(sql) is not None
    except tree.NotParsed:
        return False
