"""What a statement really does to relations that others may be using: its locks, what it writes anew, what it reads.

Read from the server's own books, within the transaction that the statement is part of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import msgspec
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.postgres.connection import another, backend
from seachange.step import Held, Lock

Session = Connection[Any]

INDEXES = frozenset("iI")
MODES = {f"{''.join(word.capitalize() for word in lock.name.split('_'))}Lock": lock for lock in Lock if lock}
PATIENCE = 10
KNOWN = """
select c.oid, n.nspname, c.relname, c.relkind::text, c.relfilenode,
  case when c.relkind in ('r', 'm', 't') then pg_stat_get_xact_numscans(c.oid) else 0 end,
  coalesce(
    (select i.indrelid from pg_index i where i.indexrelid = c.oid and c.relkind in ('i', 'I')),
    (select h.inhparent from pg_inherits h where h.inhrelid = c.oid and c.relkind in ('r', 'p', 'f') limit 1),
    (select d.refobjid from pg_depend d
     where c.relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid
       and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') limit 1))
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'seachange', 'seachange_quarantine')
"""
HELD = """
select l.relation, l.mode, n.nspname, c.relname, c.relfilenode,
  case when c.relkind in ('r', 'm') then pg_stat_get_xact_numscans(l.relation) else 0 end
from pg_locks l
left join pg_class c on c.oid = l.relation
left join pg_namespace n on n.oid = c.relnamespace
where l.pid = %(pid)s
  and l.locktype = 'relation'
  and l.granted
  and l.database = (select oid from pg_database where datname = current_database())
  and l.relation <= %(newest)s
"""
MEMBERS = """
select n.nspname, c.relname
from pg_extension e
join pg_depend d on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid
  and d.classid = 'pg_class'::regclass and d.deptype = 'e'
join pg_class c on c.oid = d.objid
join pg_namespace n on n.oid = c.relnamespace
where e.extname = any(%s)
"""
SAMPLED = """
select relation, mode, granted
from pg_locks
where pid = %(pid)s
  and (not granted
    or locktype = 'relation'
      and database = (select oid from pg_database where datname = current_database())
      and relation <= %(newest)s)
"""


class Relation(msgspec.Struct, frozen=True):
    """A relation as it was before a group.  `within` is what it belongs to: an index to its table, a partition to its
    parent, a sequence to the table whose column owns it.
    """

    names: Path
    kind: str
    file: int
    scans: int
    within: int | None


class Measured(msgspec.Struct, frozen=True):
    """What a statement did to relations that were there before the plan.

    `rewritten` are tables, `rebuilt` indexes that stand in a new file, `scanned` tables that were read whole.  `worse`
    are the locks that are stronger than what was declared of the relation, or of what it belongs to; `undeclared` the
    tables of whose rewriting nothing was said.
    """

    locks: tuple[Held, ...] = ()
    worse: tuple[Held, ...] = ()
    rewritten: tuple[Path, ...] = ()
    rebuilt: tuple[Path, ...] = ()
    scanned: tuple[Path, ...] = ()
    undeclared: tuple[Path, ...] = ()


class Declared(msgspec.Struct, frozen=True):
    """What a step says: the strongest lock on each relation, what it writes anew; and what the plan does away with."""

    locks: Mapping[Path, Lock]
    rewrites: frozenset[Path] = frozenset()
    gone: frozenset[Path] = frozenset()


def members(session: Session, extensions: Iterable[str]) -> frozenset[Path]:
    """The relations that came with extensions: what those do with them no plan can say."""
    rows = session.execute(MEMBERS, [list(extensions)]).fetchall()
    return frozenset((str(schema), str(name)) for schema, name in rows)


class Gauge:
    """Measures the statements of one session, group by group."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pid = backend(session)
        self._first: dict[int, Relation] | None = None
        self._known: dict[int, Relation] = {}
        self._held: dict[int, Lock] = {}
        self._scans: dict[int, int] = {}
        self._files: dict[int, int | None] = {}

    def begin(self) -> None:
        """Take note of what is there, at the beginning of a group.

        After the first time only what may have changed is asked for: what was locked, and what was scanned.
        """
        if self._first is None:
            self._first = self._read(KNOWN)
            self._known = dict(self._first)
        else:
            stale = {*self._held, *(oid for oid, scans in self._scans.items() if scans)}
            fresh = self._read(f"{KNOWN} and c.oid = any(%s)", [list(stale)]) if stale else {}
            for oid in stale:
                self._known.pop(oid, None)
            self._known |= {oid: relation for oid, relation in fresh.items() if oid in self._first}
        self._held = {}
        self._scans = {oid: relation.scans for oid, relation in self._known.items()}
        self._files = {oid: relation.file for oid, relation in self._known.items()}

    def _read(self, query: str, values: Sequence[object] = ()) -> dict[int, Relation]:
        rows = self._session.execute(query.encode(), values or None).fetchall()
        return {oid: Relation((schema, name), *rest) for oid, schema, name, *rest in rows}

    def look(self, declared: Declared) -> Measured:
        """What the statement has done that was sent last, within the transaction that is open."""
        rows = self._session.execute(HELD, {"pid": self._pid, "newest": max(self._known, default=0)}).fetchall()
        return self._measured(rows, declared)

    @contextmanager
    def sampling(self, seen: list[tuple[Any, ...]]) -> Iterator[None]:
        """Has a second session note in `seen` our locks while a statement runs that is part of no transaction.

        A third one has an old snapshot until the statement waits for it, as those do that work concurrently: however
        little there is to do, they are seen at it.
        """
        ready, done = Event(), Event()
        with another(self._session) as second, another(self._session) as third:
            third.execute("begin isolation level repeatable read; select 1")
            thread = Thread(target=self._watch, args=((second, third), ready, done, seen), daemon=True)
            thread.start()
            ready.wait(PATIENCE)
            try:
                yield
            finally:
                done.set()
                thread.join()

    def _watch(self, others: tuple[Session, Session], ready: Event, done: Event, seen: list[tuple[Any, ...]]) -> None:
        """As fast as the server answers, since most statements are over soon."""
        second, third = others
        asked = {"pid": self._pid, "newest": max(self._known, default=0)}
        try:
            while not done.is_set():
                rows = second.execute(SAMPLED, asked, prepare=True).fetchall()
                seen.extend((oid, mode) for oid, mode, granted in rows if granted)
                ready.set()
                if any(not granted for *_, granted in rows):
                    third.execute("rollback")
        finally:
            third.close()

    def afterwards(self, seen: list[tuple[Any, ...]], declared: Declared) -> Measured:
        """What a statement has done outside of a transaction, of which only samples of its locks are `seen`."""
        rows = self._session.execute(KNOWN).fetchall()
        files = {row[0]: row[4] for row in rows}
        names = {row[0]: (row[1], row[2]) for row in rows}
        held = {oid for oid, _ in seen}
        locks = [(oid, mode, *names.get(oid, ("", "")), files.get(oid), 0) for oid, mode in dict.fromkeys(seen)]
        moved = [
            (row[0], "AccessExclusiveLock", row[1], row[2], row[4], 0)
            for row in rows
            if row[0] in self._known and row[4] != self._known[row[0]].file and row[0] not in held
        ]
        return self._measured([*locks, *moved], declared)

    def _measured(self, rows: list[tuple[Any, ...]], declared: Declared) -> Measured:
        """Only what is more than at the last look: that is what the last statement did."""
        locks: dict[int, Held] = {}
        worse: dict[int, Held] = {}
        moved: dict[int, Relation] = {}
        scanned: list[Path] = []
        for oid, mode, schema, name, file, scans in rows:
            relation, lock = self._known.get(oid), MODES.get(mode, Lock.NONE)
            if relation is None:
                continue
            if lock > self._held.get(oid, Lock.NONE):
                self._held[oid] = lock
                locks[oid] = Held(relation.names, lock)
                if lock > self._allowed(oid, (schema, name), declared):
                    worse[oid] = locks[oid]
            if file is not None and file != self._files[oid]:
                moved[oid] = relation
                self._files[oid] = file
            if scans > self._scans[oid]:
                scanned.append(relation.names)
                self._scans[oid] = scans
        return Measured(
            locks=_sorted(locks),
            worse=_sorted({oid: held for oid, held in worse.items() if self._known[oid].within not in worse}),
            rewritten=tuple(sorted(one.names for one in moved.values() if one.kind not in INDEXES)),
            rebuilt=tuple(sorted(one.names for one in moved.values() if one.kind in INDEXES)),
            scanned=tuple(sorted(scanned)),
            undeclared=tuple(sorted(one.names for oid, one in moved.items() if self._is_silent(oid, one, declared))),
        )

    def _allowed(self, oid: int, now: Path, declared: Declared) -> Lock:
        """What was declared of a relation, or of what it belongs to; to do away with something says enough."""
        names = {now, *self._names(oid)}
        if not declared.gone.isdisjoint(names):
            return Lock.ACCESS_EXCLUSIVE
        return max((declared.locks.get(one, Lock.NONE) for one in names), default=Lock.NONE)

    def _is_silent(self, oid: int, relation: Relation, declared: Declared) -> bool:
        return relation.kind not in INDEXES and (declared.rewrites | declared.gone).isdisjoint(self._names(oid))

    def _names(self, oid: int | None) -> Iterator[Path]:
        """What a relation and all that it belongs to are called: before the plan, and before the group."""
        first = self._first or {}
        while oid is not None and oid in self._known:
            yield self._known[oid].names
            yield first[oid].names
            oid = self._known[oid].within or first[oid].within


def _sorted(locks: Mapping[int, Held]) -> tuple[Held, ...]:
    return tuple(sorted(locks.values(), key=lambda held: (-held.lock, held.relation)))
