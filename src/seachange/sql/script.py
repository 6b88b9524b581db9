"""A script taken apart: statements with their place, psql's commands carried out, COPY with its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from seachange.errors import NotUnderstood
from seachange.sql import parse, psql
from seachange.sql.text import utf8

_ENOUGH = 1 << 20  # bytes scanned at a time; their tokens take many times as much memory


class Statement(Struct, frozen=True):
    """One statement as it is written, or a stretch of text that has no tokens and goes to the server whole."""

    text: str
    file: str
    line: int
    words: tuple[str, ...] = ()  # how it begins, in capitals; empty if the text has no tokens
    rows: bytes | None = None  # what follows COPY … FROM stdin
    says_database: bool = False

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


class Script(Struct, frozen=True):
    """One file with all that it includes.  `home` is what it calls the database it is made for."""

    name: str
    statements: tuple[Statement, ...]
    home: str | None = None
    includes: frozenset[Path] = frozenset()


def read(path: Path) -> Script:
    """The script at `path` with all it includes.  Raises NotUnderstood with file and line."""
    return take_apart(_bytes(path, str(path)), str(path))


def take_apart(raw: bytes, name: str) -> Script:
    """`raw` as a script called `name`; a path, where it includes files beside itself."""
    reading = _Reading()
    reading.file(raw, name)
    home = reading.home or next(filter(None, map(_database, reading.statements)), None)
    return Script(name, tuple(reading.statements), home, frozenset(reading.includes))


def fingerprint(scripts: tuple[Script, ...]) -> str:
    """Equal for scripts that do the same in the same order."""
    digest = hashlib.sha256()
    for script in scripts:
        digest.update(f"script {script.home}\n".encode())
        for statement in script.statements:
            for part in (statement.text.encode(), statement.rows or b""):
                digest.update(b"%d " % len(part) + part)
    return digest.hexdigest()


def extensions(scripts: tuple[Script, ...]) -> frozenset[str]:
    """The extensions that the scripts ask for."""
    asked = (one for script in scripts for one in script.statements if one.words[:2] == ("CREATE", "EXTENSION"))
    return frozenset(name for one in asked if (name := parse.extension(one.text)))


def _bytes(path: Path, named_by: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotUnderstood(f"{named_by}: {path} cannot be read: {error.strerror}.") from error


def _database(statement: Statement) -> str | None:
    return parse.database(statement.text) if statement.says_database else None


class _Reading:
    """What one script and the files it includes have said so far."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.home: str | None = None
        self.includes: set[Path] = set()
        self._variables: dict[str, str] = {}
        self._open: list[Path] = []

    def file(self, raw: bytes, name: str) -> None:
        text = _Text(utf8(raw, name), name)
        _refuse_half_a_dump(text)
        self._open.append(Path(name).resolve())
        while text.more():
            if text.at_command():
                self._carry_out(text)
            else:
                self._take(text)
        self._open.pop()

    def _take(self, text: _Text) -> None:
        """The statements up to the next command, or up to rows."""
        for statement, reads_rows in text.statements():
            if reads_rows:
                statement = replace(statement, rows=text.rows(statement.place))
            if statement.words[:2] in (("SET", "CLIENT_ENCODING"), ("SET", "NAMES")):
                continue
            if statement.words[:2] == ("CREATE", "DATABASE"):
                self.home = self.home or parse.database(statement.text)
            self.statements.append(self._interpolated(statement))

    def _interpolated(self, statement: Statement) -> Statement:
        if not self._variables or ":" not in statement.text or not statement.words:
            return statement
        return replace(statement, text=parse.interpolate(statement.text, self._variables))

    def _carry_out(self, text: _Text) -> None:
        place, line = text.place(), text.command()
        match command := psql.understood(line, place):
            case psql.Skip() | psql.Send():
                pass
            case psql.Assign(name, value):
                self._variables.pop(name, None)
                if value is not None:
                    self._variables[name] = value
            case psql.Include():
                self._include(command, text.name, place)
            case psql.Connect(database):
                self._connect(database, place)
            case psql.Quit():
                text.skip_to_end()
            case _:
                assert_never(command)

    def _include(self, command: psql.Include, name: str, place: str) -> None:
        path, beside = Path(command.path), Path(name).parent / command.path
        if command.beside or not path.exists():  # psql has been told to stand beside the file, as a rule
            path = beside
        if path.resolve() in self._open:
            raise NotUnderstood(f"{place}: {path} includes itself.")
        self.includes.add(path.resolve())
        self.file(_bytes(path, place), str(path))

    def _connect(self, database: str | None, place: str) -> None:
        self.home = self.home or database
        if database not in (None, self.home):
            raise NotUnderstood(
                f"{place}: this script goes on in a second database, {database}; it began in {self.home}.",
                hint="A source is one database.  Give each database's part as a source of its own.",
            )


def _refuse_half_a_dump(text: _Text) -> None:
    begins = b"-- PostgreSQL database dump\n" in text.text[:4096].replace(b"\r", b"")
    if begins and b"-- PostgreSQL database dump complete" not in text.text:
        raise NotUnderstood(
            f"{text.name}: this dump ends in the middle; pg_dump's last line, “PostgreSQL database dump complete”, "
            "is missing.",
            hint="Make the dump again.",
        )


def _shortened(message: str) -> str:
    first, *more = message.splitlines()
    return f"{first[:100]}…" if more or len(first) > 100 else first


class _Text:
    """A file being read: its bytes in UTF-8 and how far we have come."""

    def __init__(self, text: bytes, name: str) -> None:
        self.text = text
        self.name = name
        self._lowered = text.lower()
        self._at = 0
        self._counted = 0
        self._line = 1

    def more(self) -> bool:
        """Whether anything but blanks is left; steps over the blanks."""
        rest = self.text[self._at : self._at + 4096]
        while rest and not rest.strip():
            self._at += len(rest)
            rest = self.text[self._at : self._at + 4096]
        self._at += len(rest) - len(rest.lstrip())
        return bool(rest)

    def at_command(self) -> bool:
        return self.text.startswith(b"\\", self._at)

    def place(self) -> str:
        return f"{self.name}:{self._line_at(self._at)}"

    def command(self) -> str:
        """The command we stand at, to the end of its line, which is stepped over."""
        end = self._line_end(self._at)
        line = self.text[self._at : end].decode().strip()
        self._at = self._at + 2 if line.startswith("\\;") else end
        return line

    def skip_to_end(self) -> None:
        self._at = len(self.text)

    def rows(self, place: str) -> bytes:
        r"""The lines up to `\.`, which is stepped over."""
        start = at = min(self._line_end(self._at) + 1, len(self.text))
        while at < len(self.text):
            end = self._line_end(at)
            if self.text[at:end].rstrip(b"\r") == b"\\.":
                self._at = end
                return self.text[start:at]
            at = end + 1
        raise NotUnderstood(
            f"{place}: the rows of this COPY have no end; the script ends in the middle.",
            hint="Rows end with a line that holds only \\. - is the file whole?",
        )

    def statements(self) -> Iterator[tuple[Statement, bool]]:
        """The statements up to the next command or rows, and whether rows follow.  Stands behind them afterwards."""
        found, stop = self._cut()
        start = self._at
        self._at = stop
        for span in found.spans:
            yield self._statement(start, span), span.reads_rows and span.ended

    def _cut(self) -> tuple[parse.Cut, int]:
        """What stands before the next pause at which no statement and no quote is open."""
        stop = self._at
        while True:
            stop = self._pause(stop)
            try:
                found = parse.cut(self.text[self._at : stop])
            except parse.NotScanned as error:
                if not error.unfinished:
                    return self._whole(stop), stop
                if stop == len(self.text):
                    raise self._open_quote(error) from error
                continue
            if found.backslash is not None:
                stop = self._at + found.backslash
            if stop == len(self.text) or not found.spans or found.spans[-1].ended or self._sends(stop):
                return found, stop
            if self.text.startswith(b"\\", stop):
                self._blank_out(stop)

    def _open_quote(self, error: parse.NotScanned) -> NotUnderstood:
        before = self.text[self._at :].decode()[: error.at]
        line = self._line_at(self._at) + before.count("\n")
        return NotUnderstood(
            f"{self.name}:{line}: the script ends in the middle of what begins here: {_shortened(str(error))}",
            hint="Is the file whole, and is every quote closed?",
        )

    def _whole(self, stop: int) -> parse.Cut:
        text = self.text[self._at : stop]
        return parse.Cut((parse.Span(0, len(text), (), ended=True, reads_rows=False, says_database=False),), None)

    def _pause(self, after: int) -> int:
        """The next place where SQL may end: before a command, after a line that says stdin, or just far enough."""
        stdin = self._lowered.find(b"stdin", after)
        enough = self.text.find(b";\n", after + _ENOUGH)
        ends = min(
            self._line_end(stdin) if stdin >= 0 else len(self.text),
            self._line_end(enough) if enough >= 0 else len(self.text),
        )
        return self._next_command(after + 1, ends)

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
        place = f"{self.name}:{self._line_at(at)}"
        if not isinstance(psql.understood(line, place), psql.Skip):
            raise NotUnderstood(f"{place}: {line.strip()} stands in the middle of a statement.")
        self.text = self.text[:at] + b" " * (end - at) + self.text[end:]

    def _statement(self, start: int, span: parse.Span) -> Statement:
        return Statement(
            self.text[start + span.start : start + span.end].decode(),
            self.name,
            self._line_at(start + span.start),
            span.words,
            says_database=span.says_database,
        )

    def _line_at(self, at: int) -> int:
        if at < self._counted:
            self._counted, self._line = 0, 1
        self._line += self.text.count(b"\n", self._counted, at)
        self._counted = at
        return self._line

    def _line_end(self, at: int) -> int:
        end = self.text.find(b"\n", at)
        return end if end >= 0 else len(self.text)
