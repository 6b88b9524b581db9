"""Databases that are kept to be read or copied again; a session that uses one holds its lock."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from psycopg import Connection
from psycopg.rows import TupleRow

from seachange.postgres import databases

PREFIX = "seachange_template_"


def name(key: str) -> str:
    return f"{PREFIX}{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def hold(session: Connection[TupleRow], template: str, make: Callable[[], None]) -> None:
    """Have `template` there, and locked by `session` so that nobody drops it; of many who miss it, one makes it."""
    _lock(session, "pg_advisory_lock_shared", template)
    if not databases.exists(session, template):
        _lock(session, "pg_advisory_unlock_shared", template)
        _lock(session, "pg_advisory_lock", template)
        if not databases.exists(session, template):
            make()
        _lock(session, "pg_advisory_lock_shared", template)
        _lock(session, "pg_advisory_unlock", template)
    databases.describe(session, template, f"last used at {time.time():020.6f}")


def drop_oldest(session: Connection[TupleRow], keep: int) -> None:
    """Drop all but the `keep` that were used last, and those in use."""
    oldest = session.execute(
        """
        select datname
        from pg_database
        where starts_with(datname, %s)
        order by shobj_description(oid, 'pg_database') desc nulls last
        offset %s
        """,
        [PREFIX, keep],
    ).fetchall()
    for (template,) in oldest:
        if _lock(session, "pg_try_advisory_lock", template):
            databases.drop(session, template)
            _lock(session, "pg_advisory_unlock", template)


def _lock(session: Connection[TupleRow], function: str, template: str) -> bool:
    """Call one of the server's functions for advisory locks; False if one that only tries did not get it."""
    row = session.execute(f"select {function}(hashtextextended(%s, 0))", [template]).fetchone()
    return row is not None and row[0] is not False
