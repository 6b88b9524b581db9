"""How far the standbys are behind."""

from __future__ import annotations

from typing import Any

from psycopg import Connection

from seachange.errors import NotPermitted
from seachange.postgres.ledger import Blocker

Session = Connection[Any]

BEHIND = """
select pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn)::bigint as bytes,
  pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(state, ''),
  coalesce(extract(epoch from replay_lag), 0)::double precision
from pg_catalog.pg_stat_replication
where replay_lsn is not null
order by bytes desc
"""
MAY_SEE = "select pg_catalog.pg_has_role('pg_read_all_stats', 'usage'), current_user"


def behind(session: Session, bytes: int) -> tuple[Blocker, ...]:
    """Who replays the log and is further behind than `bytes`, the slowest first.

    Raises NotPermitted where the role does not get to see that, for then nobody would seem to be.
    """
    _refuse_the_blind(session)
    rows = session.execute(BEHIND).fetchall()
    return tuple(
        Blocker(pid, role, application, state, seconds, f"{far} bytes behind")
        for far, pid, role, application, state, seconds in rows
        if far > bytes
    )


def _refuse_the_blind(session: Session) -> None:
    may, role = session.execute(MAY_SEE).fetchone() or (False, "")
    if not may:
        raise NotPermitted(
            f"role {role} may not see how far the standbys are behind, which the run is to mind",
            hint=f"GRANT pg_monitor TO {role}, or run it without a limit for the lag.",
        )
