"""One statement of a migration as it is written, with its place in the file."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property

from seachange.sql import bodies
from seachange.sql.parsed import Parsed


class Section(StrEnum):
    """Which part of a migration a statement belongs to."""

    UP = "up"
    DOWN = "down"
    """The way back, which is never run."""
    VERIFY = "verify"
    """Questions that a tool asks afterwards; what they do is taken back."""


class Written(Parsed, frozen=True, dict=True):
    """One statement as it is written.

    `start` and `end` are its bytes in the file, without comments around it and without its semicolon.  `sql` is what
    the server gets: the same, unless psql puts values into it, or it stands in a string of another language.  `line`
    and `column` count from 1, columns in characters.  `rows` are what follows COPY … FROM stdin.
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
    def body(self) -> bodies.Body | None:
        """What a CREATE FUNCTION, a CREATE PROCEDURE or a DO holds; None for any other statement."""
        return bodies.body(self.sql, self.node) if self.node is not None else None

    @property
    def inner(self) -> tuple[bodies.Inner, ...]:
        """The statements and expressions in its body, in their order; `start` is in bytes of `sql`: `byte` tells
        where that is in the file.
        """
        return self.body.inner if self.body else ()

    def byte(self, at: int) -> int | None:
        """The byte of the file for a byte of `sql`; None inside of what only the server gets."""
        if self.sql == self.text:
            return self.start + at
        written, sent = self.text.encode(), self.sql.encode()
        if at <= _common(written, sent):
            return self.start + at
        if len(sent) - at <= _common(written[::-1], sent[::-1]):
            return self.end - (len(sent) - at)
        return None


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
