"""Running a plan while others write, and measuring what each step holds and reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import psycopg

from seachange.catalog.facts import Path
from seachange.plan import Group, Plan
from seachange.step import Lock, Way
from tests.planner.converging import SESSION, said

HELD = """
select n.nspname, c.relname, l.mode from pg_locks l
join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
where l.pid = pg_backend_pid() and c.oid >= 16384 and c.relkind in ('r', 'p', 'f', 'm', 'v')
"""
INDEXES = "select schemaname, indexname from pg_indexes"
READ = "select schemaname, relname, seq_scan from pg_stat_xact_user_tables"
MODES = {f"{lock.name.title().replace('_', '')}Lock": lock for lock in Lock}


def run_measured(made: Plan, conninfo: str) -> None:
    """Each step holds what it says, and reads no rows that it does not speak of."""
    with psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(SESSION)
        for group in made.groups:
            if group.way is Way.ALONE:
                session.execute(group.steps[0].sql.encode())
                continue
            with session.transaction():
                _measure(session, group, made)


def _measure(session: psycopg.Connection[tuple[Any, ...]], group: Group, made: Plan) -> None:
    declared: dict[Path, Lock] = {}
    indexes = set(session.execute(INDEXES.encode()).fetchall())
    for step in group.steps:
        before = _scans(session)
        session.execute(step.sql.encode())
        scanned = {relation for relation, count in _scans(session).items() if count > before.get(relation, 0)}
        for held in (each for each in step.locks if each.relation not in indexes):
            declared[held.relation] = max(held.lock, declared.get(held.relation, Lock.NONE))
        found = _strong(_held(session))
        assert found == _strong(declared), f"{found} {step.sql}\n\n{said(made)}"
        stopped = {each for each, lock in declared.items() if lock >= Lock.SHARE}
        assert not scanned & stopped, f"{step.sql} reads {scanned & stopped}\n\n{said(made)}"
        assert scanned <= step.scans | _weak(declared), f"{step.sql} reads {scanned}"


def _scans(session: psycopg.Connection[tuple[Any, ...]]) -> dict[Path, int]:
    return {(schema, table): count for schema, table, count in session.execute(READ.encode())}


def _held(session: psycopg.Connection[tuple[Any, ...]]) -> Iterator[tuple[Path, Lock]]:
    yield from (((schema, table), MODES[mode]) for schema, table, mode in session.execute(HELD.encode()))


def _strong(locks: Mapping[Path, Lock] | Iterable[tuple[Path, Lock]]) -> dict[Path, Lock]:
    """The strongest lock of each relation, where it is one that statements of applications do not take."""
    found: dict[Path, Lock] = {}
    for relation, lock in locks.items() if isinstance(locks, Mapping) else locks:
        if lock >= Lock.SHARE_UPDATE_EXCLUSIVE:
            found[relation] = max(lock, found.get(relation, Lock.NONE))
    return found


def _weak(locks: Mapping[Path, Lock]) -> set[Path]:
    """What is read as a query reads it: the other side of a foreign key."""
    return {relation for relation, lock in locks.items() if lock < Lock.SHARE_UPDATE_EXCLUSIVE}


@contextmanager
def writing(conninfo: str, sql: str) -> Iterator[None]:
    """Another session runs `sql` over and over, and nothing of it is refused."""
    errors: list[psycopg.Error] = []
    done = Event()
    thread = Thread(target=_write, args=(conninfo, sql, done, errors))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
    assert not errors, [str(error) for error in errors]


def _write(conninfo: str, sql: str, done: Event, errors: list[psycopg.Error]) -> None:
    with psycopg.connect(conninfo, autocommit=True) as session:
        while sql and not errors and not done.is_set():
            try:
                session.execute(sql.encode())
            except psycopg.Error as error:
                errors.append(error)
