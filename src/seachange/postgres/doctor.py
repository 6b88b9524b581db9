"""What there is to work with: the PostgreSQL of this machine, and what a server allows the role that we are there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
from psycopg import Connection

from seachange.catalog.queries import text_of
from seachange.errors import NotPermitted, NotUnderstood
from seachange.postgres.connection import connected, refuse_pooler, shown
from seachange.postgres.installation import installations
from seachange.postgres.source import Live, parse

PROGRAMS = ("pg_dump", "pg_restore", "psql")
QUERY = "_doctor"

Pooler = Literal["none", "session", "transaction"]


class Local(msgspec.Struct, frozen=True):
    """A PostgreSQL installed on this machine, with those of its programs that we use."""

    version: str
    origin: str
    folder: str
    programs: tuple[str, ...]


class Extension(msgspec.Struct, frozen=True):
    """An extension that the server has; `installed` is its version in this database, if it is there."""

    name: str
    available: str | None
    installed: str | None


class Rights(msgspec.Struct, frozen=True):
    """What our role may do; `unreadable` are the catalogs of which it sees nothing."""

    role: str
    superuser: bool
    creates_databases: bool
    creates_roles: bool
    reads_all_rows: bool
    unreadable: tuple[str, ...]


class Database(msgspec.Struct, frozen=True):
    """A database and the server behind it.  `size` is in bytes, `backend` the process that answered."""

    version: str
    encoding: str
    collation: str
    size: int | None
    backend: int
    rights: Rights
    extensions: tuple[Extension, ...]


class Diagnosis(msgspec.Struct, frozen=True):
    """All that was found; of a database only where one was named."""

    local: tuple[Local, ...]
    place: str | None = None
    pooler: Pooler = "none"
    database: Database | None = None


def diagnose(source: str | None = None) -> Diagnosis:
    """What this machine has, and what the server of `source` is like and allows.  Changes nothing."""
    local = tuple(_local())
    if source is None:
        return Diagnosis(local)
    if not isinstance(parse(source), Live):
        raise NotUnderstood(
            f"{source} is not a database, and nothing else has a server to look at",
            hint="Name a database (postgresql://…, service=…, host=… dbname=…), or nothing, for this machine alone.",
        )
    with connected(source) as connection:
        database = _database(connection)
        return Diagnosis(local, shown(source), _pooler(connection, database.backend), database)


def _local() -> list[Local]:
    return [
        Local(
            one.version, one.origin, str(one.bin), tuple(name for name in PROGRAMS if (Path(one.bin) / name).exists())
        )
        for one in installations()
    ]


def _database(connection: Connection[Any]) -> Database:
    row = connection.execute(text_of(QUERY)).fetchone()
    return msgspec.convert(row[0] if row else None, Database)


def _pooler(connection: Connection[Any], backend: int) -> Pooler:
    """What stands between us and the server, as far as it shows."""
    if connection.info.backend_pid == backend:
        return "none"
    try:
        refuse_pooler(connection, backend)
    except NotPermitted:
        return "transaction"
    return "session"
