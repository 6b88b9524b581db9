"""Databases made and dropped: the statements, and which databases are ours."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from contextlib import suppress

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier

from seachange.errors import NotPermitted, Unreachable
from seachange.postgres.connection import opened, shown

SCRATCH = "seachange_scratch_"
NAME = f"^{SCRATCH}[0-9]+_[0-9a-f]{{12}}$"
"""The name is all that tells a scratch database: a comment on it would be read as part of its content."""
PATIENCE = 60
MOMENT = 0.25
FILE_COPY = 150000
"""The version that lets us choose: copying files is faster where nothing is flushed to disk."""
NO_RIGHT = (
    "Let the role make databases (ALTER ROLE ... CREATEDB), "
    "or have scratch databases made elsewhere: on a local server, or on one you name."
)


def connect(conninfo: str) -> Connection[TupleRow]:
    """A session that makes and drops databases, however little time its role has for a statement as a rule."""
    session = opened(conninfo)
    session.execute("set statement_timeout = 0; set lock_timeout = 0; set idle_session_timeout = 0")
    return session


def mark(session: Connection[TupleRow]) -> int:
    """A number that is locked while the session is ours: a pooler gives up its lock before it hands the session on."""
    number = secrets.randbits(62)
    session.execute("select pg_advisory_lock(%s::bigint)", [number])
    return number


def scratch_name(backend: int) -> str:
    """A new one; it says which backend made the database, so that all can see whether that is gone."""
    return f"{SCRATCH}{backend}_{secrets.token_hex(6)}"


def create(session: Connection[TupleRow], name: str, template: str = "template0", *, by_file: bool = False) -> None:
    """`by_file`: on a server without fsync, where that is the fast way."""
    strategy = " STRATEGY file_copy" if by_file and session.info.server_version >= FILE_COPY else ""
    statement = SQL("CREATE DATABASE {} TEMPLATE {}" + strategy)
    try:
        session.execute(statement.format(Identifier(name), Identifier(template)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise NotPermitted(
            f"Role {session.info.user} may not create databases on {session.info.host or 'this server'}.",
            hint=NO_RIGHT,
        ) from error
    except psycopg.errors.ReadOnlySqlTransaction as error:
        raise NotPermitted("This server takes no changes: it is a standby.", hint="Name its primary.") from error
    except psycopg.Error as error:
        raise Unreachable(
            f"No scratch database could be made on {shown(session.info.dsn)}: {error.diag.message_primary or error}",
            hint="Have scratch databases made elsewhere: see --scratch.",
        ) from error


def drop(session: Connection[TupleRow], name: str, *, force: bool = True) -> None:
    """Also one that holds subscriptions; what they subscribe to is not told.

    `force` ends its sessions.  An autovacuum worker we may not end that way, but leaves when asked without.
    """
    _leave_publishers(session, name)
    statement = SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name))
    if force:
        with suppress(psycopg.errors.InsufficientPrivilege):
            session.execute(statement + SQL(" WITH (FORCE)"))
            return
    session.execute(statement)


def _leave_publishers(session: Connection[TupleRow], name: str) -> None:
    subscriptions = session.execute(
        "select subname from pg_subscription join pg_database on subdbid = pg_database.oid where datname = %s", [name]
    ).fetchall()
    if not subscriptions:
        return
    with connect(make_conninfo(session.info.dsn, password=session.info.password, dbname=name)) as inside:
        for (subscription,) in subscriptions:
            for change in ("ALTER {} DISABLE", "ALTER {} SET (slot_name = NONE)", "DROP {}"):
                inside.execute(SQL(change.format("SUBSCRIPTION {}")).format(Identifier(subscription)))


def rename(session: Connection[TupleRow], name: str, to: str) -> None:
    session.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(name), Identifier(to)))


def exists(session: Connection[TupleRow], name: str) -> bool:
    return session.execute("select from pg_database where datname = %s", [name]).fetchone() is not None


def is_in_use(session: Connection[TupleRow], name: str) -> bool:
    """Is somebody connected to it who does not leave in a moment?  PostgreSQL itself would wait for five seconds."""
    deadline = time.monotonic() + MOMENT
    connected = "select from pg_stat_activity where datname = %s"
    while session.execute(connected, [name]).fetchone() is not None:
        if time.monotonic() > deadline:
            return True
        time.sleep(0.01)
    return False


def drop_left(conninfo: str, mark: int, names: Iterable[str]) -> None:
    """Drop what a process that was killed has left on the server, when the session with its `mark` makes no more.

    That session may still work, or be about to read the last statement that the process sent.
    """
    with connect(conninfo) as session:
        session.execute(f"set lock_timeout = '{PATIENCE}s'")
        with suppress(psycopg.errors.LockNotAvailable):
            session.execute("select pg_advisory_lock(%s::bigint)", [mark])
        session.execute("set lock_timeout = 0")
        for name in names:
            drop(session, name)


def sweep(session: Connection[TupleRow]) -> None:
    """Drop the scratch databases that nobody drops any more: ours by name and owner, of a backend that is gone."""
    left = session.execute(
        """
        select datname
        from pg_database
        where datname ~ %s
          and pg_has_role(datdba, 'member')
          and split_part(datname, '_', 3) not in (select pid::text from pg_stat_activity)
          and oid not in (select datid from pg_stat_activity where datid is not null)
        """,
        [NAME],
    ).fetchall()
    for (name,) in left:
        with suppress(psycopg.errors.ObjectInUse, psycopg.errors.InvalidCatalogName):
            drop(session, name, force=False)
