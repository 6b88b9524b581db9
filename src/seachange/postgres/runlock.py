"""The session in which a run works.  There is one in a database at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import Connection

from seachange.errors import Busy, NotPermitted, SeachangeError, StepFailed, Unreachable
from seachange.postgres.activity import KEY, at_work
from seachange.postgres.connection import backend, opened, refuse_pooler, shown
from seachange.postgres.groups import prepare

Session = Connection[Any]

PATIENCE = 5.0
"""Seconds that the session of a killed client may live on."""
PAUSE = 0.1
ALIVE = "1s"
"""How often the server looks, while a statement runs, whether the client is still there."""
AGAIN = "Run the same command again: it goes on where it stopped."
SETTINGS = """
set idle_session_timeout = 0;
set default_transaction_isolation = 'read committed';
select pg_catalog.set_config('synchronous_commit', 'on', false)
where pg_catalog.current_setting('synchronous_commit') = 'off'
"""
"""What is told to be done stays done, also where the server is stopped at that moment."""


@contextmanager
def held(conninfo: str) -> Iterator[Session]:
    """A session of our own to `conninfo`, as plans need it, while no other run works in that database.

    Raises NotPermitted for a pooler in transaction mode, and for a server that only reads; Busy while another run is at
    work; Unreachable when the server goes away, and StepFailed where it refuses what belongs to no step.
    """
    with opened(conninfo) as session, told(session):
        refuse_pooler(session, backend(session))
        _refuse_reader(session)
        prepare(session)
        session.execute(SETTINGS.encode())
        with suppress(psycopg.errors.InvalidParameterValue):  # a server whose system cannot tell
            session.execute(f"set client_connection_check_interval = '{ALIVE}'".encode())
        _lock(session)
        try:
            yield session
        finally:
            with suppress(psycopg.Error):  # it is free at the latest when the server notices that the session has gone
                session.execute("select pg_catalog.pg_advisory_unlock(%s)", [KEY])


@contextmanager
def told(session: Session) -> Iterator[None]:
    """What the server refuses is raised as people need it."""
    try:
        yield
    except psycopg.Error as error:
        raise _broken(session, error) from error


def _broken(session: Session, error: psycopg.Error) -> SeachangeError:
    """What it means that the server did not do what a run needs besides its steps."""
    said = " ".join(str(error).split())
    if session.closed or error.sqlstate is None:
        return Unreachable(f"the connection to {shown(session.info.dsn)} broke off: {said}", hint=AGAIN)
    failure = StepFailed(f"PostgreSQL refused what the run itself needs, {error.sqlstate}: {said}", hint=AGAIN)
    failure.code, failure.said = error.sqlstate, said
    return failure


def named(session: Session, run: int) -> None:
    """Have the server's views show which run it is."""
    session.execute(f"set application_name = 'seachange run {run}'".encode())


def _refuse_reader(session: Session) -> None:
    row = session.execute(
        "select pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only') = 'on'"
    ).fetchone()
    assert row is not None
    place = shown(session.info.dsn)
    if row[0]:
        raise NotPermitted(f"{place} is a standby, which only reads", hint="Connect to the primary server.")
    if row[1]:
        raise NotPermitted(
            f"{place} only reads: default_transaction_read_only is on",
            hint="Switch it off for the role, the database or the server, or connect to the one that is written to.",
        )


def _lock(session: Session) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _has_locked(session):
        if time.monotonic() > deadline:
            raise Busy(
                f"another run is at work in {shown(session.info.dsn)}: {_who(session)}",
                hint="Wait for it: `seachange status` tells how far it is.",
            )
        time.sleep(PAUSE)


def _has_locked(session: Session) -> bool:
    row = session.execute("select pg_catalog.pg_try_advisory_lock(%s)", [KEY]).fetchone()
    return row is not None and row[0] is True


def _who(session: Session) -> str:
    found = at_work(session)
    if found is None:
        return "somebody who has just ended"
    where = f" at {found.address}" if found.address else ""
    since = f"{found.since:%Y-%m-%d %H:%M:%S %Z}"
    return f"process {found.pid} of the server, role {found.role}{where}, “{found.application}”, since {since}"
