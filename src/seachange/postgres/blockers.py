"""Who is in the way of a step."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.postgres.ledger import Blocker
from seachange.sql import parse, quote
from seachange.step import Held, Lock

Session = Connection[Any]

SHOWN = 200
"""Letters of a query."""
MODES: Mapping[str, Lock] = {f"{lock.name.title().replace('_', '')}Lock": lock for lock in Lock}
"""What pg_locks calls the locks."""
BLOCKING = """
select nullif(p.pid, 0), coalesce(a.usename, ''), coalesce(a.application_name, ''),
  coalesce(a.state, a.backend_type, 'prepared transaction'),
  coalesce(extract(epoch from pg_catalog.clock_timestamp() - a.xact_start), 0)::double precision, coalesce(a.query, '')
from (select distinct pg_catalog.unnest(pg_catalog.pg_blocking_pids(%s)) as pid) p
left join pg_catalog.pg_stat_activity a on a.pid = p.pid
where p.pid <> pg_catalog.pg_backend_pid()
order by 5 desc
"""
OLDEST = """
select coalesce(extract(epoch from max(pg_catalog.clock_timestamp() - xact_start)), 0)::double precision,
  exists (select from pg_catalog.pg_prepared_xacts where database = pg_catalog.current_database())
from pg_catalog.pg_stat_activity
where datname = pg_catalog.current_database() and pid <> pg_catalog.pg_backend_pid()
"""
HOLDERS = """
with wanted (relation, lock) as (
  select pg_catalog.to_regclass(r)::oid, l
  from rows from (pg_catalog.unnest(%(relations)s::text[]), pg_catalog.unnest(%(locks)s::integer[])) w (r, l)
), target (relation, lock) as (
  select relation, max(lock) from (
    select relation, lock from wanted where relation is not null
    union all
    select t.relid::oid, w.lock from wanted w, pg_catalog.pg_partition_tree(w.relation) t
  ) each group by relation
), known as (
  select l.pid, l.virtualtransaction, l.mode, t.lock
  from pg_catalog.pg_locks l join target t on l.relation = t.relation
  where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
    and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
)
select a.pid, coalesce(a.usename, ''), a.application_name, coalesce(a.state, a.backend_type),
  extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::double precision, a.query, k.mode, k.lock
from known k join pg_catalog.pg_stat_activity a on a.pid = k.pid
where (a.xact_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => %(older)s)
    or (a.xact_start is null and %(older)s = 0))
  and (a.backend_type <> 'autovacuum worker' or a.query like '%%(to prevent wraparound)%%')
union all
select null, p.owner, '', 'prepared transaction',
  extract(epoch from pg_catalog.clock_timestamp() - p.prepared)::double precision,
  'PREPARE TRANSACTION ' || pg_catalog.quote_literal(p.gid), k.mode, k.lock
from known k
join pg_catalog.pg_locks x
  on x.pid is null and x.locktype = 'transactionid' and x.virtualtransaction = k.virtualtransaction
join pg_catalog.pg_prepared_xacts p on p.transaction = x.transactionid
where k.pid is null
order by 5 desc
"""
"""Those who hold a lock on the relations or their partitions.  Of others' transactions a role without pg_read_all_stats
does not see the age.  A vacuum gives way by itself, but for one against
wraparound.  A prepared transaction has no process: what tells it is the lock on its own number.
"""


def blocking(session: Session, pid: int) -> tuple[Blocker, ...]:
    """For whom the process of that number waits, the oldest first; never ourselves, whose glance a build waits for."""
    return tuple(_blocker(row) for row in session.execute(BLOCKING, [pid]).fetchall())


def holders(session: Session, wanted: Iterable[Held], older: float) -> tuple[Blocker, ...]:
    """Who would let us wait for the locks that are `wanted`: prepared transactions, and others `older` than seconds."""
    strongest = _strongest(wanted)
    named = {
        "relations": [quote.path(relation) for relation in strongest],
        "locks": [lock.value for lock in strongest.values()],
        "older": older,
    }
    rows = session.execute(HOLDERS, named).fetchall()
    return tuple(dict.fromkeys(_blocker(row) for row in rows if conflict(MODES.get(row[6], Lock.NONE), Lock(row[7]))))


class Calm:
    """For how long it is known that nobody else is in a transaction of some age: most steps need not ask for that."""

    def __init__(self) -> None:
        self._until = 0.0

    def lasts(self) -> bool:
        return time.monotonic() < self._until

    def look(self, session: Session, age: float) -> None:
        """Ask how old the oldest is: no other can be older than `age` before that one is."""
        now, row = time.monotonic(), session.execute(OLDEST).fetchone()
        oldest, prepared = row or (age, False)
        self._until = now if prepared else now + age - oldest


def conflict(held: Lock, wanted: Lock) -> bool:
    """Whether PostgreSQL lets one wait for the other."""
    return wanted in CONFLICTS[held]


def _strongest(wanted: Iterable[Held]) -> Mapping[Path, Lock]:
    found: dict[Path, Lock] = {}
    for held in wanted:
        found[held.relation] = max(held.lock, found.get(held.relation, Lock.NONE))
    return found


def _blocker(row: tuple[Any, ...]) -> Blocker:
    pid, role, application, state, seconds, query = row[:6]
    shown = parse.without_secrets(query or "")
    return Blocker(pid, role, application or "", state or "", round(seconds or 0.0, 3), shown[:SHOWN])


_FROM = {
    Lock.ACCESS_SHARE: Lock.ACCESS_EXCLUSIVE,
    Lock.ROW_SHARE: Lock.EXCLUSIVE,
    Lock.ROW_EXCLUSIVE: Lock.SHARE,
    Lock.SHARE_UPDATE_EXCLUSIVE: Lock.SHARE_UPDATE_EXCLUSIVE,
    Lock.SHARE_ROW_EXCLUSIVE: Lock.ROW_EXCLUSIVE,
    Lock.EXCLUSIVE: Lock.ROW_SHARE,
    Lock.ACCESS_EXCLUSIVE: Lock.ACCESS_SHARE,
}
"""The weakest lock that conflicts with one; all that are stronger do, too."""
CONFLICTS: Mapping[Lock, frozenset[Lock]] = {
    Lock.NONE: frozenset(),
    Lock.SHARE: frozenset(Lock) - {Lock.NONE, Lock.ACCESS_SHARE, Lock.ROW_SHARE, Lock.SHARE},
    **{lock: frozenset(other for other in Lock if other >= weakest) for lock, weakest in _FROM.items()},
}
