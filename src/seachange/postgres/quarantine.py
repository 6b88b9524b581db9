"""What waits in the quarantine of a database, and how it goes for good."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from seachange.catalog.scope import QUARANTINE
from seachange.errors import Blocked, NotPermitted
from seachange.postgres.groups import words
from seachange.sql.quote import name, path

Session = Connection[Any]

LABEL = "%Y%m%d_%H%M%S"
RELATIONS = """
select c.relname, case c.relkind when 'S' then 'sequence' when 'c' then 'type' else 'table' end,
  pg_catalog.pg_total_relation_size(c.oid)
from pg_catalog.pg_class c
where c.relnamespace = pg_catalog.to_regnamespace(%(schema)s)
  and c.relkind in ('r', 'p', 'S', 'c')
union all
select t.typname, 'type', 0
from pg_catalog.pg_type t
where t.typnamespace = pg_catalog.to_regnamespace(%(schema)s)
  and t.typrelid = 0
  and t.typtype in ('e', 'd', 'r')
order by 1
"""
HOLD = 2000
"""Milliseconds that others may wait behind us for a lock."""
MOST = 5.0
"""Seconds between two attempts, at the longest."""


class Kept(msgspec.Struct, frozen=True):
    """One object that waits.  Only a table has rows."""

    name: str
    kind: str
    rows: int | None
    bytes: int


class Heap(msgspec.Struct, frozen=True):
    """All that one plan put there, under names that end with `label`."""

    label: str
    kept: tuple[Kept, ...]

    @property
    def since(self) -> datetime | None:
        """When the plan was made; None for a label that is not of ours."""
        try:
            return datetime.strptime("_".join(self.label.split("_")[:2]), LABEL).replace(tzinfo=UTC)
        except ValueError:
            return None

    @property
    def rows(self) -> int:
        return sum(one.rows or 0 for one in self.kept)

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.kept)


def waiting(session: Session) -> tuple[Heap, ...]:
    """What waits, the oldest first.  Rows are counted."""
    heaps: defaultdict[str, list[Kept]] = defaultdict(list)
    for found, kind, size in session.execute(RELATIONS, {"schema": QUARANTINE}).fetchall():
        rows = _rows(session, found) if kind == "table" else None
        heaps[found.rpartition(".")[2]].append(Kept(found, kind, rows, size))
    return tuple(Heap(label, tuple(kept)) for label, kept in sorted(heaps.items()))


def drop(session: Session, heap: Heap, patience: float) -> None:
    """Drop what waits under one label, all of it or nothing; the schema, too, where nothing is left in it.

    Raises Blocked where its locks were not to be had within `patience` seconds, and NotPermitted where something that
    somebody made leans on it, or the role may not.
    """
    until, pause = time.monotonic() + patience, 0.1
    while True:
        try:
            return _drop(session, heap)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            if time.monotonic() + pause > until:
                raise Blocked(f"somebody uses what waits under {heap.label}: {error.diag.message_primary}") from error
        except (psycopg.errors.DependentObjectsStillExist, psycopg.errors.InsufficientPrivilege) as error:
            said = "\n".join(words(error))
            raise NotPermitted(f"what waits under {heap.label} cannot be dropped: {said}", hint=HINT) from error
        time.sleep(pause * random.uniform(0.5, 1.0))  # so that two who wait for each other part
        pause = min(2 * pause, MOST)


HINT = "Nothing of it was dropped.  Drop what leans on it, or have the role own it, and run the same command again."


def _drop(session: Session, heap: Heap) -> None:
    with session.transaction():
        session.execute(f"set local lock_timeout = {HOLD}; set local statement_timeout = 0".encode())
        for statement in _statements(heap.kept):
            session.execute(statement.encode())
        row = session.execute(RELATIONS, {"schema": QUARANTINE}).fetchone()
        if row is None:
            session.execute(f"drop schema if exists {name(QUARANTINE)}".encode())


def _statements(kept: Iterable[Kept]) -> Iterator[str]:
    """What belongs together goes in one statement; a sequence goes along with its table, if it has one."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for one in kept:
        named[one.kind].append(path((QUARANTINE, one.name)))
    for kind in ("table", "sequence", "type"):
        if named[kind]:
            yield f"drop {kind} if exists {', '.join(named[kind])}"


def _rows(session: Session, table: str) -> int:
    row = session.execute(f"select count(*) from only {path((QUARANTINE, table))}".encode()).fetchone()
    return int(row[0]) if row else 0
