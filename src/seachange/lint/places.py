"""Where in a file something stands: lines and columns of bytes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.lint.flag import Place
from seachange.sql.migration import Migration, Written
from seachange.sql.tree import walk


class Places:
    """The lines of one file."""

    def __init__(self, script: Migration) -> None:
        self._script = script
        self._lines = [0, *(at + 1 for at in _newlines(script.raw))]
        self._ascii = script.raw.isascii()

    def of(self, written: Written, at: Message | int | None) -> Place:
        """Where in a statement a remark points: from there to the end of the line, or the whole statement."""
        offset = _offset(written, at)
        start = written.start + offset
        broken = self._script.raw.find(b"\n", start, written.end)
        end = written.end if not offset or broken < 0 else broken
        return self.between(start, end, written)

    def between(self, start: int, end: int, written: Written | None = None) -> Place:
        """The place of some bytes, in a statement or outside of any."""
        line, last = self.line(start), self.line(end)
        code = self._script.raw[self._lines[line - 1] :].split(b"\n", 1)[0].decode().strip()
        return Place(
            file=self._script.name,
            start=start,
            end=end,
            line=line,
            column=1 + self._characters(self._lines[line - 1], start),
            end_line=last,
            end_column=1 + self._characters(self._lines[last - 1], end),
            first=self._characters(0, start),
            last=self._characters(0, end),
            statement=written.start if written else -1,
            code=code,
        )

    def line(self, byte: int) -> int:
        """The line that a byte stands in, from 1."""
        return bisect_right(self._lines, byte)

    def _characters(self, start: int, end: int) -> int:
        return end - start if self._ascii else len(self._script.raw[start:end].decode(errors="replace"))


def _newlines(raw: bytes) -> Iterator[int]:
    at = raw.find(b"\n")
    while at >= 0:
        yield at
        at = raw.find(b"\n", at + 1)


def _offset(written: Written, at: Message | int | None) -> int:
    """The byte of the statement; its first where what the server gets is not what is written."""
    if at is None or written.sql != written.text:
        return 0
    byte = at if isinstance(at, int) else min(_locations(at), default=0)
    return byte if 0 < byte < written.end - written.start else 0


def _locations(node: Message) -> Iterator[int]:
    for each in walk(node):
        if (field := each.DESCRIPTOR.fields_by_name.get("location")) and (at := getattr(each, field.name)) > 0:
            yield at
