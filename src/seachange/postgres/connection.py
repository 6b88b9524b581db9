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
HINTS = (
    ("password", "Check the user and the password; libpq's passfile (~/.pgpass) and PGPASSWORD are honoured."),
    ("pg_hba", "Check pg_hba.conf on the server, or connect as a user that it lets in."),
    ("definition of service", "Check the name of the service, and that pg_service.conf or PGSERVICEFILE defines it."),
    ("the database system is", "The server is starting or stopping: try again shortly."),
    ("too many", "Wait until there are fewer connections, or connect as a superuser."),
    ("connection slots", "Wait until there are fewer connections, or connect as a superuser."),
    ("permission denied", "Let the role in (GRANT CONNECT ON DATABASE …), or connect as another."),
    ('FATAL:  role "', "Connect as a role that is there and may log in."),
    ('FATAL:  database "', "Create the database, or name one that takes connections."),
)
"""By the server's words: while a connection is made, no code comes with them."""
REFUSED = "Check host and port, that the server runs, and that nothing stands between."
UNREADABLE = "Connect as a role that may read the catalogs: a superuser, or one with no catalog right taken away."
BROKEN = "Nothing was changed.  Try again; if it fails again, the server's log tells why."
POOLED = "Connect to the server itself: its own host and port (often 5432), or the pooler's session mode."
STOPPED = "If a statement_timeout stopped it, connect without one: options='-c statement_timeout=0'."
NO_CONNINFO = "Write postgresql://user@host:port/database, or host=… dbname=…; odd characters in a URL as %XX."


@contextmanager
def connected(conninfo: str) -> Iterator[Connection[Any]]:
    """A connection as `opened` has it; what the server refuses to answer on it is told as people need it."""
    with opened(conninfo) as connection:
        try:
            yield connection
        except psycopg.Error as error:
            raise failure(error, shown(conninfo)) from error


def opened(conninfo: str) -> Connection[Any]:
    """A connection in autocommit mode to a server that is not too old."""
    connection = _opened(conninfo)
    if connection.info.server_version < OLDEST:
        old = connection.info.parameter_status("server_version")
        connection.close()
        raise NotPermitted(
            f"{shown(conninfo)} is PostgreSQL {old}; seachange works with 14 and later",
            hint="Upgrade the server, or compare a dump of it restored on a newer one.",
        )
    return connection


def parameters(conninfo: str) -> dict[str, Any]:
    """What a conninfo says.  If it says nothing, libpq's words on it are kept back: they can hold the password."""
    try:
        return conninfo_to_dict(conninfo)
    except psycopg.ProgrammingError:
        raise NotUnderstood(
            "The address of the database is not one that libpq understands.", hint=NO_CONNINFO
        ) from None


def shown(conninfo: str) -> str:
    """Where a conninfo leads, without its password."""
    try:
        said = parameters(conninfo)
    except NotUnderstood:
        return "the database"
    if "service" in said:
        return f"service {said['service']}"
    place = ":".join(str(said[name]) for name in ("host", "port") if said.get(name))
    return "/".join(part for part in (place, str(said.get("dbname", ""))) if part) or "the default database"


def refuse_pooler(connection: Connection[Any], process: int) -> None:
    """Raise NotPermitted where a pooler hands out the server's sessions by the transaction.

    A pooler makes up the process number that it tells its client; `process` is the server's own.  That two clients who
    are both still connected get the same session of the server then proves how it pools.
    """
    if connection.info.backend_pid == process:
        return
    with another(connection) as first, another(connection) as second:
        if backend(first) == backend(second):
            raise NotPermitted(f"{shown(connection.info.dsn)} is a connection pooler in transaction mode", hint=POOLED)


def failure(error: psycopg.Error, place: str) -> SeachangeError:
    """What the failure of a question about the catalogs of `place` means to the person at the terminal."""
    words = f"{_first_line(error)} (SQLSTATE {error.sqlstate})"
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return NotPermitted(f"this role may not read all of {place}: {words}", hint=UNREADABLE)
    if isinstance(error, psycopg.errors.QueryCanceled):
        return Unreachable(f"{place} did not finish its answer: {words}", hint=STOPPED)
    if error.sqlstate is None:
        return Unreachable(f"the connection to {place} broke off: {_first_line(error)}", hint=BROKEN)
    return Unreachable(f"{place} did not answer a question about its catalogs: {words}", hint=BROKEN)


def another(connection: Connection[Any]) -> Connection[Any]:
    """One more connection to the same database, as the same role."""
    return _opened(connection.info.dsn, connection.info.password)


def backend(connection: Connection[Any]) -> int:
    """The server's number of the process that works for us; a pooler in between tells its clients another one."""
    row = connection.execute("select pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0


def _opened(conninfo: str, password: str = "") -> Connection[Any]:
    given: dict[str, Any] = {"connect_timeout": PATIENCE, "application_name": "seachange"} | parameters(conninfo)
    if password:
        given["password"] = password
    try:
        return psycopg.connect(make_conninfo("", **given), autocommit=True, prepare_threshold=None)
    except psycopg.ProgrammingError as error:
        raise NotUnderstood(f"this is no connection string: {_first_line(error)}", hint=NO_CONNINFO) from error
    except psycopg.OperationalError as error:
        raise Unreachable(f"cannot connect to {shown(conninfo)}: {_first_line(error)}", hint=_hint(error)) from error


def _first_line(error: psycopg.Error) -> str:
    words = next(iter(str(error).strip().splitlines()), type(error).__name__)
    return words.replace("FATAL:  ", "").removeprefix("connection failed: ").removeprefix("connection is bad: ")


def _hint(error: psycopg.Error) -> str:
    words = str(error)
    return next((hint for mark, hint in HINTS if mark in words), REFUSED)
