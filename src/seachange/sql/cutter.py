"""One file cut into statements, psql's commands and rows, from its beginning to its end, in linear time."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.errors import NotUnderstood
from seachange.sql import parse, psql

_ENOUGH = 1 << 20  # bytes scanned at a time; their tokens take many times as much memory

_OPEN = "Is the file whole, and is every quote closed?"
_ESCAPED = f"{_OPEN}  A backslash does not keep a quote from ending a string: write two quotes, or E'…'."


def _shortened(message: str) -> str:
    first, *more = message.splitlines()
    return f"{first[:100]}…" if more or len(first) > 100 else first


class Text:
    """A file being read: its bytes in UTF-8 and how far we have come.  All positions are bytes of `original`; in `text`
    what psql alone reads is blanked out where it stands within a statement.

    What has no tokens goes to the server whole, with all around it; where `salvaged`, only the statement around it has
    no words, and those before and after it are cut as ever.
    """

    def __init__(self, text: bytes, name: str, *, salvaged: bool = False) -> None:
        self.text = self.original = text
        self.name = name
        self.at = 0
        self._salvaged = salvaged
        self._lowered = text.lower()
        self._stdin = self._enough = -1
        self._counted, self._line = 0, 1
        self._columned = self._column = 0

    def more(self) -> bool:
        """Whether anything but blanks is left; steps over the blanks."""
        rest = self.text[self.at : self.at + 4096]
        while rest and not rest.strip():
            self.at += len(rest)
            rest = self.text[self.at : self.at + 4096]
        self.at += len(rest) - len(rest.lstrip())
        return bool(rest)

    def at_command(self) -> bool:
        return self.text.startswith(b"\\", self.at)

    def place(self) -> str:
        return f"{self.name}:{self.line(self.at)}"

    def line(self, at: int) -> int:
        """The line that a byte is in.  Cheap where bytes are asked for in their order."""
        if at < self._counted:
            self._counted, self._line = 0, 1
        self._line += self.text.count(b"\n", self._counted, at)
        self._counted = at
        return self._line

    def column(self, at: int) -> int:
        """The column of a byte, in characters; as cheap."""
        begins = self.original.rfind(b"\n", self._columned, at) + 1
        if begins or at < self._columned:
            begins = begins or self.original.rfind(b"\n", 0, at) + 1
            self._columned, self._column = begins, 0
        self._column += len(self.original[self._columned : at].decode())
        self._columned = at
        return self._column + 1

    def between(self, span: parse.Span) -> str:
        return self.text[span.start : span.end].decode()

    def command(self) -> str:
        """The command we stand at, to the end of its line, which is stepped over."""
        end = self._line_end(self.at)
        line = self.text[self.at : end].decode().strip()
        self.at = self.at + 2 if line.startswith("\\;") else end
        return line

    def skip_to_end(self) -> None:
        self.at = len(self.text)

    def rows(self, place: str) -> bytes:
        r"""The lines up to `\.`, which is stepped over."""
        start = at = min(self._line_end(self.at) + 1, len(self.text))
        while at < len(self.text):
            end = self._line_end(at)
            if self.text[at:end].rstrip(b"\r") == b"\\.":
                self.at = end
                return self.text[start:at]
            at = end + 1
        raise NotUnderstood(
            f"{place}: the rows of this COPY have no end; the script ends in the middle.",
            hint="Rows end with a line that holds only \\. - is the file whole?",
        )

    def spans(self) -> Iterator[parse.Span]:
        """The statements up to the next command or rows.  Stands behind them afterwards."""
        found, stop = self._cut()
        start = self.at
        self.at = stop
        for span in found.spans:
            reads_rows = span.reads_rows and span.ended
            yield span._replace(start=start + span.start, end=start + span.end, reads_rows=reads_rows)

    def _cut(self) -> tuple[parse.Cut, int]:
        """What stands before the next pause at which no statement and no quote is open."""
        stop = self.at
        while True:
            stop = self._pause(stop)
            try:
                found = parse.cut(self.text[self.at : stop])
            except parse.NotScanned as error:
                if done := self._as_far_as(error, stop):
                    return done
                stop = self._closing(error, stop)
                continue
            if found.backslash is not None:
                stop = self.at + found.backslash
            if stop == len(self.text) or not found.spans or found.spans[-1].ended or self._sends(stop):
                return found, stop
            if self.text.startswith(b"\\", stop):
                self._blank_out(stop)

    def _as_far_as(self, error: parse.NotScanned, stop: int) -> tuple[parse.Cut, int] | None:
        """What can be cut before an error; None where more has to be read."""
        if not error.unfinished:
            return self._not_scanned(error, stop)
        done = self._ended_before(error, stop)
        if done is None and stop == len(self.text):
            raise self._open_quote(error) from error
        return done

    def _ended_before(self, error: parse.NotScanned, stop: int) -> tuple[parse.Cut, int] | None:
        """The statements that end before the quote that is open, so that they need not be read again."""
        begins = self._byte(error.at, stop)
        found = parse.cut(self.text[self.at : begins])
        ended = tuple(span for span in found.spans if span.ended)
        if not ended or found.backslash is not None or any(span.reads_rows for span in ended):
            return None
        rest = found.spans[len(ended) :]
        return parse.Cut(ended, None), self.at + rest[0].start if rest else begins

    def _open_quote(self, error: parse.NotScanned) -> NotUnderstood:
        before = self.text[self.at :].decode()[: error.at]
        line = self.line(self.at) + before.count("\n")
        return NotUnderstood(
            f"{self.name}:{line}: the script ends in the middle of what begins here: {_shortened(str(error))}",
            hint=_ESCAPED if b"\\'" in self.text else _OPEN,
        )

    def _closing(self, error: parse.NotScanned, stop: int) -> int:
        """The first place from `stop` on at which the quote that is open may end."""
        begins = self._byte(error.at, stop)
        mark = self.text[begins : begins + 2]
        if mark == b"/*":
            mark = b"*/"
        elif mark[:1] == b"$":
            mark = self.text[begins : self.text.index(b"$", begins + 1) + 1]
        else:
            named = mark[:1] == b'"' or self.text[begins : begins + 3].lower() == b'u&"'
            mark = b'"' if named else b"'"
        found = self.text.find(mark, max(stop - len(mark), begins + len(mark)))
        return max(found, stop) if found >= 0 else len(self.text) - 1

    def _byte(self, character: int, stop: int) -> int:
        """The byte of a character of what is being cut."""
        return self.at + len(self.text[self.at : stop].decode()[:character].encode())

    def _not_scanned(self, error: parse.NotScanned, stop: int) -> tuple[parse.Cut, int]:
        if not self._salvaged:
            return parse.Cut((_wordless(0, stop - self.at),), None), stop
        if error.at < 0:  # it is not told where
            end = self.text.find(b";\n", self.at, stop)
            end = end if end >= 0 else stop
            return parse.Cut((_wordless(0, len(self.text[self.at : end].rstrip(b" \t\r\n;"))),), None), min(
                end + 1, stop
            )
        at = self._byte(error.at, stop)
        before = self._cut_before(at)
        if before.backslash is not None:
            return before, self.at + before.backslash
        ended = tuple(span for span in before.spans if span.ended)
        begins = self.at + before.spans[-1].start if len(ended) < len(before.spans) else at
        semicolon = self.text.find(b";", at, stop)
        end = semicolon if semicolon >= 0 else at + len(self.text[at:stop].rstrip())
        return parse.Cut((*ended, _wordless(begins - self.at, end - self.at)), None), min(end + 1, stop)

    def _cut_before(self, at: int) -> parse.Cut:
        """What stands before byte `at`, or before the quote that it is in."""
        try:
            return parse.cut(self.text[self.at : at])
        except parse.NotScanned as error:
            return parse.cut(self.text[self.at : self._byte(max(error.at, 0), at)])

    def _pause(self, after: int) -> int:
        """The next place where SQL may end: before a command, after a line that says stdin, or just far enough."""
        self._stdin = self._next(self._lowered, b"stdin", after, self._stdin)
        self._enough = self._next(self.text, b";\n", after + max(_ENOUGH, after - self.at), self._enough)
        return self._next_command(after + 1, min(self._line_end(self._stdin), self._line_end(self._enough)))

    def _next(self, text: bytes, what: bytes, after: int, known: int) -> int:
        """`what` is looked for only where the place that is known lies behind us, so that nothing is read twice."""
        if known >= after:
            return known
        found = text.find(what, after)
        return found if found >= 0 else len(text)

    def _next_command(self, after: int, before: int) -> int:
        at = self.text.find(b"\\", after, before)
        while at >= 0:
            if not self.text[self.text.rfind(b"\n", 0, at) + 1 : at].strip():
                return at
            at = self.text.find(b"\\", at + 1, before)
        return before

    def _sends(self, at: int) -> bool:
        return self.text[at : at + 2] == b"\\;" or self.text[at : self._line_end(at)].strip() == b"\\g"

    def _blank_out(self, at: int) -> None:
        """A command in the middle of a statement that changes nothing in it."""
        end = self._line_end(at)
        line = self.text[at:end].decode()
        place = f"{self.name}:{self.line(at)}"
        if not isinstance(psql.understood(line, place), psql.Skip):
            raise NotUnderstood(f"{place}: {line.strip()} stands in the middle of a statement.")
        self.text = self.text[:at] + b" " * (end - at) + self.text[end:]

    def _line_end(self, at: int) -> int:
        end = self.text.find(b"\n", at)
        return end if end >= 0 else len(self.text)


def _wordless(start: int, end: int) -> parse.Span:
    return parse.Span(start, end, (), ended=True, reads_rows=False, says_database=False)
