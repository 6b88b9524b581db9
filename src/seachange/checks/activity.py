"""Questions to a running server: who is in the way of the locks that a script takes.

Each row of an answer is what it is about, and a sentence.  They are asked once for all relations of a script, and only
where a database is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Question, Remark
from seachange.checks.timeouts import is_concurrent
from seachange.sql.quote import literal, path
from seachange.step import Lock

LONG = 2
"""Seconds: who is in a transaction for longer outlasts a lock_timeout of usual length."""
STANDING = 300
"""Seconds after which a transaction is told of although no script is in question."""
WEAKEST = {
    Lock.SHARE_UPDATE_EXCLUSIVE: Lock.SHARE_UPDATE_EXCLUSIVE,
    Lock.SHARE: Lock.ROW_EXCLUSIVE,
    Lock.SHARE_ROW_EXCLUSIVE: Lock.ROW_EXCLUSIVE,
    Lock.EXCLUSIVE: Lock.ROW_SHARE,
    Lock.ACCESS_EXCLUSIVE: Lock.ACCESS_SHARE,
}
"""The weakest lock of others for which one has to wait; for SHARE, another SHARE is none of them."""
HERE = "(select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())"
HELD = """\
with wanted (relation, modes) as (values {wanted}), known as (
  select l.pid, l.virtualtransaction, l.relation::pg_catalog.regclass::text as relation, min(l.mode) as mode
  from pg_catalog.pg_locks l join wanted w on w.relation = l.relation and l.mode = any (w.modes)
  where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
    and l.database = {here}
  group by 1, 2, 3
)
"""
OLDER = "extract(epoch from pg_catalog.clock_timestamp() - {since}) > {seconds}"
AGE = "round(extract(epoch from pg_catalog.clock_timestamp() - {since}))"


def wanted(around: Around) -> Mapping[Path, Lock]:
    """The locks for which a script has to wait, told at its last statement; none where no database is known."""
    if not around.world.known or not around.is_last:
        return {}
    return {names: lock for names, lock in around.taking.items() if lock in WEAKEST}


def held(locks: Mapping[Path, Lock]) -> str:
    """`known`: who holds what one of the locks has to wait for."""
    rows = (f"(pg_catalog.to_regclass({literal(path(names))})::oid, {_modes(lock)})" for names, lock in locks.items())
    return HELD.format(wanted=", ".join(rows), here=HERE)


def _modes(lock: Lock) -> str:
    stronger = (each for each in Lock if each >= WEAKEST[lock] and not (lock is each is Lock.SHARE))
    return f"array[{', '.join(literal(_mode(each)) for each in stronger)}]"


def _mode(lock: Lock) -> str:
    """What pg_locks calls it."""
    return f"{lock.name.title().replace('_', '')}Lock"


def older(since: str, seconds: int) -> str:
    return OLDER.format(since=since, seconds=seconds)


def age(since: str) -> str:
    return AGE.format(since=since)


def waits(around: Around) -> bool:
    """Whether something in the script waits for all older transactions."""
    return any(map(is_concurrent, around.script.up))


def asked(message: str, advice: str, *questions: str, about: str = "") -> Iterator[Remark]:
    """A remark for each question."""
    for sql in questions:
        yield Remark(message=message, about=about, advice=advice, asks=Question(sql))
