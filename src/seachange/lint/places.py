"""Where in a file something stands: lines and columns of bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from google.protobuf.message import Message
from msgspec.structs import replace

from seachange.lint.flag import Place
from seachange.sql.migration import Migration, Written
from seachange.sql.tree import walk

SENT = "run"


class Places:
    """The lines of one file."""

    def __init__(self, script: Migration) -> None:
        self.script = script

    @cached_property
    def _lines(self) -> list[int]:
        """The first byte of each line."""
        return [0, *(at + 1 for at in _newlines(self.script.raw))]

    @cached_property
    def _ascii(self) -> bool:
        return self.script.raw.isascii()

    @cached_property
    def _before(self) -> list[int]:
        """How many characters stand before each line."""
        raw, ends = self.script.raw, self._lines[1:]
        sizes = (len(raw[start:end].decode(errors="replace")) for start, end in zip(self._lines, ends, strict=False))
        return list(accumulate(sizes, initial=0))

    def of(self, written: Written, at: Message | int | None) -> Place:
        """Where in a statement a remark points: from there to the end of the line, or the whole statement.

        What a tool sent stands in no file: the line is the statement's number then.
        """
        start = _byte(written, at)
        broken = self.script.raw.find(b"\n", start, written.end)
        end = written.end if start == written.start or broken < 0 else broken
        found = self.between(start, end, written)
        return replace(found, line=written.line, end_line=written.line) if self.script.tool == SENT else found

    def between(self, start: int, end: int, written: Written | None = None) -> Place:
        """The place of some bytes, in a statement or outside of any."""
        line, last = self.line(start), self.line(end)
        begins = self._lines[line - 1]
        ends = self.script.raw.find(b"\n", begins)
        code = self.script.raw[begins : ends if ends >= 0 else None].decode().strip()
        return Place(
            file=self.script.name,
            start=start,
            end=end,
            line=line,
            column=1 + self._in_line(line, start),
            end_line=last,
            end_column=1 + self._in_line(last, end),
            first=self._character(line, start),
            last=self._character(last, end),
            statement=written.start if written else -1,
            code=code,
        )

    def line(self, byte: int) -> int:
        """The line that a byte stands in, from 1."""
        return bisect_right(self._lines, byte)

    def _character(self, line: int, byte: int) -> int:
        """The number of the character of a byte, in the file, from 0."""
        return byte if self._ascii else self._before[line - 1] + self._in_line(line, byte)

    def _in_line(self, line: int, byte: int) -> int:
        """The number of the character of a byte, in its line, from 0."""
        start = self._lines[line - 1]
        return byte - start if self._ascii else len(self.script.raw[start:byte].decode(errors="replace"))


def _newlines(raw: bytes) -> Iterator[int]:
    at = raw.find(b"\n")
    while at >= 0:
        yield at
        at = raw.find(b"\n", at + 1)


def _byte(written: Written, at: Message | int | None) -> int:
    """The byte of the file; the statement's first for what only the server gets."""
    byte = at if isinstance(at, int) else min(_locations(at), default=0) if at is not None else 0
    found = written.byte(byte) if byte > 0 else None
    return found if found is not None and found < written.end else written.start


def _locations(node: Message) -> Iterator[int]:
    for each in walk(node):
        if (field := each.DESCRIPTOR.fields_by_name.get("location")) and (at := getattr(each, field.name)) > 0:
            yield at
