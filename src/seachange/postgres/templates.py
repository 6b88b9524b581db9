"""Databases that are kept to be read or copied again; a session that uses one holds its lock."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from psycopg import Connection
from psycopg.rows import TupleRow

from seachange.postgres import databases

PREFIX = "seachange_template_"
LOOK = 0.01
"""Seconds between two looks at whether a template is there."""


def name(key: str) -> str:
    return f"{PREFIX}{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def prepare(session: Connection[TupleRow]) -> None:
    """Have the record of their use, which is apart from them: a comment on one would be read as part of its content."""
    session.execute(
        """
        select pg_advisory_xact_lock(hashtextextended('seachange_template', 0));
        create table if not exists seachange_template (name text primary key, used timestamptz not null)
        """
    )


def hold(session: Connection[TupleRow], template: str, make: Callable[[], None]) -> None:
    """Have `template` there, and locked by `session` so that nobody drops it; of many who miss it, one makes it.

    Nobody ever stands in the queue for the strong lock: those who came after would wait behind him, though among them
    are other sessions of those whom he waits for.
    """
    while not _is_there(session, template):
        if _lock(session, "pg_try_advisory_lock", template):
            if not databases.exists(session, template):
                make()
            _lock(session, "pg_advisory_lock_shared", template)
            _lock(session, "pg_advisory_unlock", template)
            break
        time.sleep(LOOK)
    session.execute(
        """
        insert into seachange_template values (%s, clock_timestamp())
        on conflict (name) do update set used = excluded.used
        """,
        [template],
    )


def _is_there(session: Connection[TupleRow], template: str) -> bool:
    """Whether it is there, and then locked.  While somebody makes it, this waits."""
    _lock(session, "pg_advisory_lock_shared", template)
    if databases.exists(session, template):
        return True
    _lock(session, "pg_advisory_unlock_shared", template)
    return False


def drop_oldest(session: Connection[TupleRow], keep: int) -> None:
    """Drop all but the `keep` that were used last, and those in use."""
    oldest = session.execute(
        """
        select datname
        from pg_database
        left join seachange_template on name = datname
        where starts_with(datname, %s)
        order by used desc nulls last
        offset %s
        """,
        [PREFIX, keep],
    ).fetchall()
    for (template,) in oldest:
        if _lock(session, "pg_try_advisory_lock", template):
            databases.drop(session, template)
            session.execute("delete from seachange_template where name = %s", [template])
            _lock(session, "pg_advisory_unlock", template)


def _lock(session: Connection[TupleRow], function: str, template: str) -> bool:
    """Call one of the server's functions for advisory locks; False if one that only tries did not get it."""
    row = session.execute(f"select {function}(hashtextextended(%s, 0))", [template]).fetchone()
    return row is not None and row[0] is not False
