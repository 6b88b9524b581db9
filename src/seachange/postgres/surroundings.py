"""What a run meets on a server besides the objects that it works on: its mode, its limits, who else is at work."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from psycopg import Connection

from seachange.catalog.facts import Path as Names

Session = Connection[Any]


class Mode(msgspec.Struct, frozen=True):
    """What the server is for, and how much it takes.  `locks` is how many relations can be locked at once, by all."""

    standby: bool
    read_only: bool
    locks: int


class Other(msgspec.Struct, frozen=True):
    """A transaction that is open for long; a prepared one has no process."""

    name: str
    role: str
    seconds: float


class Available(msgspec.Struct, frozen=True):
    """A version of an extension that the server could install.  `superuser`: it takes one."""

    name: str
    version: str
    superuser: bool


MODE = """
select pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on',
  current_setting('max_locks_per_transaction')::int
    * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int)
"""
OTHERS = """
select 'process ' || pid, coalesce(usename::text, ''), extract(epoch from now() - xact_start)::float8 as seconds
from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and now() - xact_start > %(age)s * interval '1 second'
union all
select 'prepared transaction ' || quote_literal(gid), owner::text, extract(epoch from now() - prepared)::float8
from pg_prepared_xacts
where database = current_database() and now() - prepared > %(age)s * interval '1 second'
order by seconds desc
"""
PUBLISHED = "select distinct schemaname::text, tablename::text from pg_publication_tables order by 1, 2"
EVENT_TRIGGERS = """
select evtname::text from pg_event_trigger
where evtenabled in ('O', 'A') and evtevent <> 'login'
order by evtname
"""
AVAILABLE = """
select name::text, version, superuser and not trusted
from pg_available_extension_versions
where name = any(%s)
"""
PRELOADED = """
select string_to_array(replace(replace(setting, ' ', ''), '"', ''), ',')
from pg_settings where name = 'shared_preload_libraries'
"""
FOLDER = "select setting from pg_settings where name = 'data_directory'"


def mode(session: Session) -> Mode:
    """How the server is run."""
    row = session.execute(MODE).fetchone()
    assert row is not None
    return Mode(*row)


def others(session: Session, age: float) -> tuple[Other, ...]:
    """Transactions in this database that have been open for more than `age` seconds, the oldest first."""
    return tuple(Other(*row) for row in session.execute(OTHERS, {"age": age}).fetchall())


def published(session: Session) -> frozenset[Names]:
    """The tables whose rows some publication sends elsewhere."""
    return frozenset((schema, table) for schema, table in session.execute(PUBLISHED).fetchall())


def event_triggers(session: Session) -> tuple[str, ...]:
    """Those that fire in sessions like ours."""
    return tuple(row[0] for row in session.execute(EVENT_TRIGGERS).fetchall())


def available(session: Session, extensions: Iterable[str]) -> Mapping[str, tuple[Available, ...]]:
    """Each of the extensions with the versions that could be installed."""
    names = tuple(extensions)
    rows = [Available(*row) for row in session.execute(AVAILABLE, [list(names)]).fetchall()]
    return {name: tuple(row for row in rows if row.name == name) for name in names}


def preloaded(session: Session) -> frozenset[str] | None:
    """The libraries that the server loads when it starts; None where the role may not know."""
    row = session.execute(PRELOADED).fetchone()
    return frozenset(row[0]) if row else None


def free_space(session: Session) -> int | None:
    """Bytes that are free where the server keeps its tables; None where that cannot be seen from here."""
    row = session.execute(FOLDER).fetchone()
    if row is None or not session.info.host.startswith("/"):
        return None
    folder = Path(row[0])
    if not os.access(folder.parent, os.X_OK) or not folder.exists():
        return None
    return shutil.disk_usage(folder).free
