"""What a source is, and a database that holds the state it describes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import assert_never

import msgspec
import psycopg
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict

from seachange import __version__
from seachange.errors import NotUnderstood
from seachange.finding import Finding
from seachange.postgres import account, archive, command
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.sql.script import Script, extensions, fingerprint, read

_ACCEPTED = (
    "Accepted are postgresql://…, a conninfo such as “service=shop”, a .sql file or a folder of them, a file or folder "
    "made by pg_dump, a .snapshot file, and run:COMMAND."
)
_DUMP = b"-- PostgreSQL database dump"


class Live(Struct, frozen=True):
    """A database as it is.  An empty conninfo is what the PG* variables say."""

    conninfo: str


class Scripts(Struct, frozen=True):
    """SQL files, in the order in which they are tried first."""

    paths: tuple[Path, ...]


class Archive(Struct, frozen=True):
    """What pg_dump made for pg_restore."""

    path: Path


class Snapshot(Struct, frozen=True):
    """A catalog that was written to a file."""

    path: Path


class Command(Struct, frozen=True):
    """A shell command that makes the state in the database it is told of."""

    line: str


class Statements(Struct, frozen=True):
    """What scripts or a dump say, taken apart."""

    scripts: tuple[Script, ...]

    @property
    def extensions(self) -> frozenset[str]:
        """The extensions that they ask for."""
        return extensions(self.scripts)


Source = Live | Scripts | Archive | Snapshot | Command


class Opened(Struct, frozen=True):
    """A database that holds a state, and what making it has shown.  Only to be read."""

    conninfo: str
    findings: tuple[Finding, ...] = ()


def parse(text: str) -> Source:
    """The source that `text` means.  A file of that name comes before a conninfo.  Raises NotUnderstood."""
    if text.startswith("run:"):
        return _command(text.removeprefix("run:"))
    if not text or text.startswith(("postgresql://", "postgres://")):
        return _live(text)
    path = Path(text).expanduser()
    if path.exists():
        return _folder(path) if path.is_dir() else _file(path)
    if "=" in text:
        return _live(text)
    raise NotUnderstood(f"There is no {text}.", hint=_ACCEPTED)


@contextmanager
def opened(source: Live | Scripts | Archive | Statements | Command, scratch: Scratch) -> Iterator[Opened]:
    """A database with the state of `source`: itself if it is one, else made in `scratch` or found there."""
    match source:
        case Live(conninfo):
            yield Opened(conninfo)
        case Scripts() | Archive():
            with _loaded(taken_apart(source), scratch) as made:
                yield made
        case Command(line):
            with scratch.empty() as conninfo:
                command.run(line, conninfo)
                yield Opened(conninfo)
        case Statements():
            with _loaded(source, scratch) as made:
                yield made
        case _:
            assert_never(source)


def taken_apart(source: Scripts | Archive) -> Statements:
    """What the files say, read once.  Raises NotUnderstood where they cannot be read."""
    match source:
        case Scripts(paths):
            return Statements(_scripts(paths))
        case Archive(path):
            return Statements((archive.unpack(path),))


def _command(line: str) -> Command:
    if not line.strip():
        raise NotUnderstood("run: names no command.", hint="For example run:'alembic upgrade head'")
    return Command(line)


def _live(text: str) -> Live:
    """libpq's own words are not repeated: they can hold the password."""
    try:
        conninfo_to_dict(text)
    except psycopg.ProgrammingError:
        raise NotUnderstood(
            "The address of the database is not one that libpq understands.",
            hint="Write postgresql://user@host:port/database, or host=… dbname=…; odd characters in a URL as %XX.",
        ) from None
    return Live(text)


def _folder(path: Path) -> Archive | Scripts:
    if archive.is_archive(path):
        return Archive(path)
    paths = tuple(sorted(found for found in path.rglob("*") if found.is_file() and _is_sql(found)))
    if not paths:
        raise NotUnderstood(f"The folder {path} holds no .sql file, and pg_dump did not make it.", hint=_ACCEPTED)
    return Scripts(paths)


def _file(path: Path) -> Archive | Scripts | Snapshot:
    try:
        if archive.is_archive(path):
            return Archive(path)
        if path.suffix == ".snapshot":
            return Snapshot(path)
        if _is_sql(path) or _is_dump(path):
            return Scripts((path,))
    except OSError as error:
        raise NotUnderstood(f"{path} cannot be read: {error.strerror}.") from error
    raise NotUnderstood(f"{path} is neither SQL, nor made by pg_dump, nor a snapshot.", hint=_ACCEPTED)


def _is_sql(path: Path) -> bool:
    return path.suffix.lower() == ".sql"


def _is_dump(path: Path) -> bool:
    with path.open("rb") as file:
        return _DUMP in file.read(1024)


def _scripts(paths: tuple[Path, ...]) -> tuple[Script, ...]:
    """A file that another one includes is not read a second time."""
    scripts = {path.resolve(): read(path) for path in paths}
    included = frozenset().union(*(script.includes for script in scripts.values()))
    return tuple(script for path, script in scripts.items() if path not in included)


@contextmanager
def _loaded(said: Statements, scratch: Scratch) -> Iterator[Opened]:
    """What loading has shown is kept beside the template, since next time nothing is loaded."""
    key = hashlib.sha256(f"{__version__} {scratch.version} {fingerprint(said.scripts)}".encode()).hexdigest()
    kept = account.folder(account.cache() / "findings") / f"{key}.json"

    def fill(conninfo: str) -> None:
        kept.write_bytes(msgspec.json.encode(load(conninfo, said.scripts, own_server=scratch.own)))

    with scratch.filled(key, fill) as conninfo:
        yield Opened(conninfo, _findings(kept))


def _findings(kept: Path) -> tuple[Finding, ...]:
    try:
        return msgspec.json.decode(kept.read_bytes(), type=tuple[Finding, ...])
    except (OSError, msgspec.MsgspecError):
        return ()
