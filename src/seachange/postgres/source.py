"""What a source is."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from seachange.errors import NotUnderstood
from seachange.postgres.connection import parameters, shown

_ACCEPTED = (
    "Accepted are postgresql://…, a conninfo such as “service=shop”, a .sql file or a folder of them, a file or folder "
    "made by pg_dump, a .snapshot file, and run:COMMAND."
)
_DUMP = b"-- PostgreSQL database dump"
_CUSTOM, _TAR = b"PGDMP", b"toc.dat\0"


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


Source = Live | Scripts | Archive | Snapshot | Command


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


def named(text: str) -> str:
    """What to call a source where others can read it: an address has no password then."""
    if text.startswith("run:") or Path(text).exists():
        return text
    is_address = not text or "=" in text or text.startswith(("postgresql://", "postgres://"))
    return shown(text) if is_address else text


def conninfo(text: str) -> str:
    """The database that `text` means.  Raises NotUnderstood where it means another source, which nothing is done to."""
    match parse(text):
        case Live(found):
            return found
    raise NotUnderstood(f"{text} is no database", hint="Name a database: postgresql://…, service=… or host=… dbname=….")


def _command(line: str) -> Command:
    if not line.strip():
        raise NotUnderstood("run: names no command.", hint="For example run:'alembic upgrade head'")
    return Command(line)


def _live(text: str) -> Live:
    parameters(text)
    return Live(text)


def _folder(path: Path) -> Archive | Scripts:
    if is_archive(path):
        return Archive(path)
    paths = tuple(sorted(found for found in path.rglob("*") if found.is_file() and _is_sql(found)))
    if not paths:
        raise NotUnderstood(f"The folder {path} holds no .sql file, and pg_dump did not make it.", hint=_ACCEPTED)
    return Scripts(paths)


def _file(path: Path) -> Archive | Scripts | Snapshot:
    try:
        if is_archive(path):
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


def is_archive(path: Path) -> bool:
    """Whether pg_restore reads `path`, told by its content and not by its name."""
    if path.is_dir():
        return (path / "toc.dat").is_file()
    with path.open("rb") as file:
        return file.read(8).startswith((_CUSTOM, _TAR))
