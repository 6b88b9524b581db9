"""Connections, and what to say when one cannot be had.  Passwords never reach a message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from seachange.errors import NotPermitted, NotUnderstood, SeachangeError, Unreachable

OLDEST = 140000
PATIENCE = 10
"""Seconds to wait for a server to answer, where the conninfo does not say."""
HINTS = {
    "28P01": "Check the user and the password; libpq's passfile (~/.pgpass) and PGPASSWORD are honoured.",
    "28000": "Check pg_hba.conf on the server, or connect as a user that it lets in.",
    "3D000": "Create the database, or correct its name.",
    "53300": "Wait until there are fewer connections, or connect as a superuser.",
    "57P03": "The server is starting or stopping: try again shortly.",
}
REFUSED = "Check host and port, that the server runs, and that nothing stands between."
UNREADABLE = "Connect as a role that may read the catalogs: a superuser, or one with no catalog right taken away."
BROKEN = "Nothing was changed.  Try again; if it fails again, the server's log tells why."
POOLED = "Connect to the server itself: its own host and port (often 5432), or the pooler's session mode."


@contextmanager
def connected(conninfo: str) -> Iterator[Connection[Any]]:
    """A connection in autocommit mode, straight to a server that is not too old."""
    with _opened(conninfo) as connection:
        if connection.info.server_version < OLDEST:
            old = connection.info.parameter_status("server_version")
            raise NotPermitted(
                f"{shown(conninfo)} is PostgreSQL {old}; seachange works with 14 and later",
                hint="Upgrade the server, or compare a dump of it restored on a newer one.",
            )
        yield connection


def shown(conninfo: str) -> str:
    """Where a conninfo leads, without its password."""
    try:
        parameters = conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        return "the database"
    if "service" in parameters:
        return f"service {parameters['service']}"
    place = ":".join(str(parameters[name]) for name in ("host", "port") if parameters.get(name))
    return "/".join(part for part in (place, str(parameters.get("dbname", ""))) if part) or "the default database"


def refuse_pooler(connection: Connection[Any], backend: int) -> None:
    """Raise NotPermitted where a pooler hands out the server's sessions by the transaction.

    A pooler makes up the process number that it tells its client; `backend` is the server's own.  That two clients who
    are both still connected get the same session of the server then proves how it pools.
    """
    if connection.info.backend_pid == backend:
        return
    with another(connection) as first, another(connection) as second:
        if _backend(first) == _backend(second):
            raise NotPermitted(f"{shown(connection.info.dsn)} is a connection pooler in transaction mode", hint=POOLED)


def _backend(connection: Connection[Any]) -> int:
    row = connection.execute("select pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0


def failure(error: psycopg.Error, place: str) -> SeachangeError:
    """What the failure of a question about the catalogs of `place` means to the person at the terminal."""
    words = f"{_first_line(error)} (SQLSTATE {error.sqlstate})"
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return NotPermitted(f"this role may not read all of {place}: {words}", hint=UNREADABLE)
    if error.sqlstate is None:
        return Unreachable(f"the connection to {place} broke off: {_first_line(error)}", hint=BROKEN)
    return Unreachable(f"{place} did not answer a question about its catalogs: {words}", hint=BROKEN)


def another(connection: Connection[Any]) -> Connection[Any]:
    """One more connection to the same database, as the same role."""
    return _opened(connection.info.dsn, connection.info.password)


def _opened(conninfo: str, password: str = "") -> Connection[Any]:
    try:
        given: dict[str, Any] = {"connect_timeout": PATIENCE, "application_name": "seachange"} | conninfo_to_dict(
            conninfo
        )
        if password:
            given["password"] = password
        return psycopg.connect(make_conninfo("", **given), autocommit=True, prepare_threshold=None)
    except psycopg.ProgrammingError as error:
        raise NotUnderstood(f"this is no connection string: {_first_line(error)}") from error
    except psycopg.OperationalError as error:
        raise Unreachable(f"cannot connect to {shown(conninfo)}: {_first_line(error)}", hint=_hint(error)) from error


def _first_line(error: psycopg.Error) -> str:
    return str(error).strip().splitlines()[0].replace("FATAL:  ", "").removeprefix("connection failed: ")


def _hint(error: psycopg.Error) -> str:
    words = str(error)
    for state, mark in (("28P01", "password"), ("3D000", "does not exist"), ("28000", "pg_hba"), ("53300", "too many")):
        if error.sqlstate == state or mark in words:
            return HINTS[state]
    return HINTS.get(error.sqlstate or "", REFUSED)
