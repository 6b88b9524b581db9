"""A migration as somebody wrote it: its statements, each with its place in the file, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from google.protobuf.message import Message
from msgspec import Struct

from seachange.errors import NotUnderstood
from seachange.sql import parse, tree
from seachange.sql.text import utf8


class Section(StrEnum):
    """Which part of a migration a statement belongs to."""

    UP = "up"
    DOWN = "down"
    """The way back, which is never run."""


class Written(Struct, frozen=True, dict=True):
    """One statement as it is written.

    `start` and `end` are its bytes in the file, without comments around it and without its semicolon.  `sql` is what
    the server gets: the same, unless psql puts values into it.  `line` and `column` count from 1.
    """

    file: str
    start: int
    end: int
    text: str
    line: int
    column: int
    words: tuple[str, ...] = ()
    section: Section = Section.UP
    rows: bytes | None = None
    sent: str = ""

    @property
    def sql(self) -> str:
        return self.sent or self.text

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @cached_property
    def node(self) -> Message | None:
        """The statement as the grammar sees it, such as a CreateStmt; None where it knows no such statement."""
        return self._parsed if isinstance(self._parsed, Message) else None

    @property
    def flaw(self) -> tree.NotParsed | None:
        """Why the grammar does not know it."""
        return self._parsed if isinstance(self._parsed, tree.NotParsed) else None

    @cached_property
    def _parsed(self) -> Message | tree.NotParsed | None:
        try:
            return tree.tree(self.sql)
        except tree.NotParsed as flaw:
            return flaw


class Migration(Struct, frozen=True, dict=True):
    """One file: its text in UTF-8, and the statements in it.

    `tool` is whose form it has, if any.  `wrapped`: that tool runs it in a transaction.
    """

    name: str
    raw: bytes
    statements: tuple[Written, ...]
    tool: str = ""
    wrapped: bool = False

    @cached_property
    def up(self) -> tuple[Written, ...]:
        """The statements that are run."""
        return tuple(one for one in self.statements if one.section is Section.UP)

    @cached_property
    def whole(self) -> bool:
        """Whether all of it is done or nothing: it is one statement, or one transaction."""
        return self.wrapped or len(self.up) == 1 or _one_transaction(self.up)


_ASIDE = frozenset({"SET", "RESET", "SELECT", "SHOW"})


def _one_transaction(statements: Iterable[Written]) -> bool:
    """Whether there is one BEGIN, and nothing that changes anything before it or after its COMMIT."""
    begun = ended = False
    for one in statements:
        if _ends(one):
            ended = True
        elif _begins(one):
            if begun:
                return False
            begun = True
        elif one.words[:1] and one.words[0] not in _ASIDE and begun == ended:
            return False
    return begun and ended


def _begins(one: Written) -> bool:
    return one.words[:1] == ("BEGIN",) or one.words[:2] == ("START", "TRANSACTION")


def _ends(one: Written) -> bool:
    return one.words[:1] in (("COMMIT",), ("END",)) and one.words[1:2] != ("PREPARED",)


def read(path: Path) -> Migration:
    """The migration at `path`.  Raises NotUnderstood with file and line."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NotUnderstood(f"{path} cannot be read: {error.strerror}.") from error
    return taken_apart(raw, str(path))


def taken_apart(raw: bytes, name: str) -> Migration:
    """`raw` as a migration called `name`."""
    text = utf8(raw, name)
    try:
        spans = parse.cut(text).spans
    except parse.NotScanned as error:
        raise NotUnderstood(f"{name}: {error}") from error
    return Migration(name, text, tuple(_written(text, name, spans)))


def _written(text: bytes, name: str, spans: Iterable[parse.Span]) -> Iterable[Written]:
    line, counted = 1, 0
    for span in spans:
        line += text.count(b"\n", counted, span.start)
        counted = span.start
        column = span.start - text.rfind(b"\n", 0, span.start)
        yield Written(name, span.start, span.end, text[span.start : span.end].decode(), line, column, span.words)
