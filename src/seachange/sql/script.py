"""A script taken apart: statements with their place, psql's commands carried out, COPY with its rows."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec import Struct

from seachange.sql import parse
from seachange.sql.carrying import Cut, Reading, contents
from seachange.sql.text import utf8

_ENCODINGS = (("SET", "CLIENT_ENCODING"), ("SET", "NAMES"))


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
    return take_apart(contents(path, str(path)), str(path))


def take_apart(raw: bytes, name: str) -> Script:
    """`raw` as a script called `name`; a path, where it includes files beside itself."""
    reading = Reading()
    cuts = reading.file(utf8(raw, name), name)
    statements = tuple(_statement(cut, reading) for cut in cuts if cut.span.words[:2] not in _ENCODINGS)
    home = reading.home or next(filter(None, map(_database, statements)), None)
    return Script(name, statements, home, frozenset(Path(file).resolve() for file in reading.files))


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


def _statement(cut: Cut, reading: Reading) -> Statement:
    text, span, rows = cut
    written = text.between(span)
    sql = reading.put_in(written) if span.words else written
    return Statement(sql, text.name, text.line(span.start), span.words, rows, span.says_database)


def _database(statement: Statement) -> str | None:
    return parse.database(statement.text) if statement.says_database else None
