"""Databases made and dropped: the statements, and which databases are ours."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier, Literal

from seachange.errors import NotPermitted, Unreachable

SCRATCH = "seachange_scratch_"
COMMENT = "scratch database of seachange, to be dropped when the backend in its name is gone"
PATIENCE = 60.0
FILE_COPY = 150000
"""The version that lets us choose: copying files is faster where nothing is flushed to disk."""
NO_RIGHT = (
    "Let the role make databases (ALTER ROLE ... CREATEDB), "
    "or have scratch databases made elsewhere: on a local server, or on one you name."
)


def connect(conninfo: str) -> Connection[TupleRow]:
    try:
        return psycopg.connect(conninfo, autocommit=True)
    except psycopg.OperationalError as error:
        raise Unreachable(f"No connection for scratch databases: {error}") from error


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


def describe(session: Connection[TupleRow], name: str, comment: str) -> None:
    session.execute(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(name), Literal(comment)))


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


def is_used(session: Connection[TupleRow], name: str) -> bool:
    return session.execute("select from pg_stat_activity where datname = %s", [name]).fetchone() is not None


def drop_left(conninfo: str, backend: int, names: Iterable[str]) -> None:
    """Drop what a process that was killed has left on the server, when its `backend` no longer makes any."""
    with connect(conninfo) as session:
        deadline = time.monotonic() + PATIENCE
        while _is_at_work(session, backend) and time.monotonic() < deadline:
            time.sleep(0.05)
        for name in names:
            drop(session, name)


def _is_at_work(session: Connection[TupleRow], backend: int) -> bool:
    """An idle one may be that of a pool, and stay."""
    working = "select from pg_stat_activity where pid = %s and state <> 'idle'"
    return session.execute(working, [backend]).fetchone() is not None


def sweep(session: Connection[TupleRow]) -> None:
    """Drop the scratch databases that nobody drops any more: ours by name and comment, of a backend that is gone."""
    left = session.execute(
        """
        select datname
        from pg_database
        where starts_with(datname, %s)
          and shobj_description(oid, 'pg_database') = %s
          and pg_has_role(datdba, 'member')
          and split_part(datname, '_', 3) not in (select pid::text from pg_stat_activity)
        """,
        [SCRATCH, COMMENT],
    ).fetchall()
    for (name,) in left:
        with suppress(psycopg.errors.ObjectInUse, psycopg.errors.InvalidCatalogName):
            drop(session, name, force=False)
