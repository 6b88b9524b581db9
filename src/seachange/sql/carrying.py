"""psql's commands carried out while a script is read: variables, included files, the database it is for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, assert_never

from seachange.errors import NotUnderstood
from seachange.sql import parse, psql
from seachange.sql.cutter import Text
from seachange.sql.text import Decoded, decoded


class Cut(NamedTuple):
    """One statement where it stands, with the rows that follow it."""

    text: Text
    span: parse.Span
    rows: bytes | None


class Reading:
    """What one script and the files that it includes have said so far.

    `home` is what it calls the database that it is made for, `files` what was included, by the name it goes by.
    `salvaged`: as Text has it.  `bound`: once it has begun, it must stay in one database.
    """

    def __init__(self, *, salvaged: bool = False, bound: bool = False) -> None:
        self.home: str | None = None
        self.files: dict[str, Decoded] = {}
        self._salvaged = salvaged
        self._bound = bound
        self._begun = False
        self._variables: dict[str, str] = {}
        self._open: list[Path] = []

    def file(self, text: bytes, name: str, start: int = 0, end: int | None = None) -> Iterator[Cut]:
        """The statements of UTF-8 `text` from byte `start` to byte `end`, and of what it includes."""
        reading = Text(text[:end], name, salvaged=self._salvaged)
        reading.at = start
        _refuse_half_a_dump(reading)
        self._open.append(Path(name).resolve())
        while reading.more():
            if reading.at_command():
                yield from self._carry_out(reading)
            else:
                yield from self._statements(reading)
        self._open.pop()

    def put_in(self, sql: str) -> str:
        """`sql` with the values of the variables that are set by now."""
        return parse.interpolate(sql, self._variables) if self._variables and ":" in sql else sql

    def _statements(self, text: Text) -> Iterator[Cut]:
        """Those up to the next command, or up to rows."""
        for span in text.spans():
            rows = text.rows(f"{text.name}:{text.line(span.start)}") if span.reads_rows else None
            if span.words[:2] == ("CREATE", "DATABASE"):
                self.home = self.home or parse.database(text.between(span))
            elif span.words[:1] != ("SET",):
                self._begun = True
            yield Cut(text, span, rows)

    def _carry_out(self, text: Text) -> Iterator[Cut]:
        place, line = text.place(), text.command()
        match command := psql.understood(line, place):
            case psql.Skip() | psql.Send():
                pass
            case psql.Assign(name, value):
                self._variables.pop(name, None)
                if value is not None:
                    self._variables[name] = value
            case psql.Include():
                yield from self._include(command, text.name, place)
            case psql.Connect(database):
                self._connect(database, place)
            case psql.Quit():
                text.skip_to_end()
            case _:
                assert_never(command)

    def _include(self, command: psql.Include, name: str, place: str) -> Iterator[Cut]:
        path, beside = Path(command.path), Path(name).parent / command.path
        if command.beside or not path.exists():  # psql has been told to stand beside the file, as a rule
            path = beside
        if path.resolve() in self._open:
            raise NotUnderstood(f"{place}: {path} includes itself.")
        said = self.files[str(path)] = decoded(contents(path, place), str(path))
        yield from self.file(said.text, str(path))

    def _connect(self, database: str | None, place: str) -> None:
        begun_elsewhere = self._bound and self._begun and self.home is None and database is not None
        self.home = self.home or database
        if begun_elsewhere:
            raise _other(place, f"another database, {database}")
        if database not in (None, self.home):
            raise _other(place, f"a second database, {database}; it began in {self.home}")


def contents(path: Path, named_by: str) -> bytes:
    """The bytes of a file.  Raises NotUnderstood."""
    try:
        return path.read_bytes()
    except OSError as error:
        who = "" if named_by == str(path) else f"{named_by}: "
        raise NotUnderstood(f"{who}{path} cannot be read: {error.strerror}.") from error


def _other(place: str, what: str) -> NotUnderstood:
    return NotUnderstood(
        f"{place}: this script goes on in {what}.",
        hint="A source is one database, and so is a target.  Give each database's part as a file of its own.",
    )


def _refuse_half_a_dump(text: Text) -> None:
    begins = b"-- PostgreSQL database dump\n" in text.text[:4096].replace(b"\r", b"")
    if begins and b"-- PostgreSQL database dump complete" not in text.text:
        raise NotUnderstood(
            f"{text.name}: this dump ends in the middle; pg_dump's last line, “PostgreSQL database dump complete”, "
            "is missing.",
            hint="Make the dump again.",
        )
