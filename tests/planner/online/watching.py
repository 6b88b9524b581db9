"""Plans for tables that others use: what is locked while they run, what is read, and who is kept waiting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from msgspec import Struct

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Path
from seachange.plan import Group, Plan
from seachange.planner import Size, plan
from seachange.step import Lock, Step, Way
from tests.planner.converging import SESSION, catalog, left, said

SMALL = Size(rows=10, bytes=8192)
LOCKS = """
select c.oid, l.mode
from pg_catalog.pg_locks l join pg_catalog.pg_class c on c.oid = l.relation
where l.pid = pg_backend_pid() and l.granted and c.relkind in ('r', 'p', 'm', 'v') and c.oid >= 16384
  and l.mode not in ('AccessShareLock', 'RowShareLock')
"""
THERE = """
select c.oid, array[c.relnamespace::regnamespace::text, c.relname::text] from pg_catalog.pg_class c
where c.oid >= 16384 and c.relkind in ('r', 'p', 'm', 'v')
"""
Session = psycopg.Connection[tuple[Any, ...]]


class Pair(Struct, frozen=True):
    """Two databases, and what was in them."""

    current: str
    desired: str
    before: Catalog
    wanted: Catalog

    def planned(self, size: Size | None = None) -> Plan:
        """For tables of that size; where it is unknown they count as large."""
        tables = (ref.names for ref in self.before.facts if ref.kind in ("table", "materialized view"))
        return plan(self.before, self.wanted, sizes=dict.fromkeys(tables, size) if size else {})

    def converged(self, made: Plan) -> Plan:
        """Run it, compare the locks that it says with those that it takes, and see that nothing differs any more."""
        with psycopg.connect(self.current, autocommit=True) as session:
            session.execute(SESSION)
            others = set(_there(session))
            for group in made.groups:
                _carry_out(session, group, others, made)
        assert left(self.current, self.before, self.wanted) == [], said(made)
        return made


def _there(session: Session) -> dict[int, Path]:
    return {oid: tuple(names) for oid, names in session.execute(THERE)}


def _carry_out(session: Session, group: Group, others: set[int], made: Plan) -> None:
    """`others` are the relations that somebody may be using."""
    if group.way is Way.ALONE:
        _send(session, group.steps[0], made)
        return
    names = _there(session)
    with session.transaction():
        sent = [step for step in group.steps if _send(session, step, made)]
        said = _strongest((held.relation, held.lock) for step in sent for held in step.locks)
        taken = _strongest(
            (names[oid], _lock(mode))
            for oid, mode in session.execute(LOCKS)
            if oid in names and (oid in others or names[oid] in said)
        )
        kept = {names[oid] for oid in _there(session) if oid in names}
        declared = {names: lock for names, lock in said.items() if lock > Lock.ROW_SHARE and names in kept}
        assert taken == declared, group


def _strongest(locks: Iterable[tuple[Path, Lock]]) -> dict[Path, Lock]:
    found: dict[Path, Lock] = {}
    for relation, lock in locks:
        found[relation] = max(found.get(relation, Lock.NONE), lock)
    return found


def _lock(mode: str) -> Lock:
    words = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in mode.removesuffix("Lock"))
    return Lock[words.removeprefix("_")]


def _send(session: Session, step: Step, made: Plan) -> bool:
    """Whether there was something to do."""
    try:
        if step.undone and session.execute(f"select {step.undone}".encode()).fetchone() != (True,):
            return False
        session.execute(step.sql.encode())
    except psycopg.Error as error:
        raise AssertionError(f"{error}: {step.sql}\n\n{said(made)}") from error
    return True


def pair(databases: Callable[[int], tuple[str, ...]], one: str, other: str) -> Pair:
    """What one script makes, and what another does."""
    current, desired = databases(2)
    for conninfo, script in ((current, one), (desired, other)):
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute(script.encode())
    return Pair(current, desired, catalog(current), catalog(desired))


def statements(made: Plan) -> list[str]:
    """The first lines of its steps."""
    return [step.sql.split("\n", 1)[0] for step in made.steps]


@contextmanager
def others(conninfo: str, sql: str) -> Iterator[list[str]]:
    """Somebody who runs a statement again and again meanwhile; whatever is refused or waits for a second is told."""
    wrong: list[str] = []
    over = threading.Event()

    def work() -> None:
        with psycopg.connect(conninfo, autocommit=True) as session:
            session.execute("set lock_timeout = '1s'")
            while not over.is_set():
                try:
                    session.execute(sql.encode())
                except psycopg.Error as error:
                    wrong.append(str(error))

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield wrong
    finally:
        over.set()
        worker.join()
