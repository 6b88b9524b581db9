"""How a database stands with runs: who is at work, for whom they wait, and what waits in the quarantine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from psycopg import Connection

from seachange.postgres.blockers import blocking
from seachange.postgres.ledger import Blocker
from seachange.sql import parse

Session = Connection[Any]

KEY = 0x5EAC4A46
"""The advisory lock of this number is a run's, in each database its own."""
AT_WORK = """
select a.pid, coalesce(a.usename, ''), coalesce(a.application_name, ''), coalesce(a.client_addr::text, ''),
  a.backend_start, coalesce(a.state, ''), coalesce(a.query, '')
from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a using (pid)
where l.locktype = 'advisory' and l.granted and l.objsubid = 1 and l.classid = 0 and l.objid = %s
  and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
"""
PUT_AWAY = """
select c.relname,
  (case when c.relpages > 0 and c.reltuples >= 0
        then c.reltuples / c.relpages * (pg_catalog.pg_relation_size(c.oid) / current_setting('block_size')::int)
        else pg_catalog.pg_relation_size(c.oid) / 100 end)::bigint,
  pg_catalog.pg_total_relation_size(c.oid),
  coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), '')
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'seachange_quarantine' and c.relkind in ('r', 'p', 'S')
order by c.relname
"""


class Working(msgspec.Struct, frozen=True):
    """The session of a run, as the server shows it."""

    pid: int
    role: str
    application: str
    address: str
    since: datetime
    state: str
    query: str


class PutAway(msgspec.Struct, frozen=True):
    """What waits in the quarantine: rows as estimated, bytes with indexes and TOAST."""

    name: str
    rows: int
    bytes: int
    about: str


def at_work(session: Session) -> Working | None:
    """Who holds the lock of runs in this database."""
    row = session.execute(AT_WORK, [KEY]).fetchone()
    if row is None:
        return None
    pid, role, application, address, since, state, query = row
    return Working(pid, role, application, address, since, state, parse.without_secrets(query))


def waited_for(session: Session, working: Working) -> tuple[Blocker, ...]:
    """Who is in its way at this moment."""
    return blocking(session, working.pid)


def put_away(session: Session) -> tuple[PutAway, ...]:
    """What waits in the quarantine, by name."""
    return tuple(PutAway(*row) for row in session.execute(PUT_AWAY).fetchall())
