"""What the statements of a script do to a copy, as the server shows it: locks, and what is written, read and built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from psycopg import Connection
from psycopg.pq import TransactionStatus

from seachange.catalog.facts import Path
from seachange.checks.effects import NOTHING, Effects
from seachange.postgres.measuring import Declared, Gauge, Measured
from seachange.postgres.send import Failed, send
from seachange.sql.script import Statement
from seachange.step import Held, Lock

Session = Connection[Any]

BEGINS = (("BEGIN",), ("START",))
ENDS = (("COMMIT",), ("END",), ("ROLLBACK",), ("ABORT",))
ONLY_ALONE = "25001"
"""What the server says to what works outside of a transaction block only."""
NOTHING_DECLARED = Declared({})
_POINT = "seachange_measured"
_TABLES = "select oid from pg_catalog.pg_class"
_OF_KIND = """
select n.nspname, c.relname
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind::text = %s
"""
_INDEXES = """
select i.indexrelid, x.relfilenode, i.indrelid, n.nspname, t.relname
from pg_catalog.pg_index i
join pg_catalog.pg_class x on x.oid = i.indexrelid and x.relkind = 'i'
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
"""


class Refused(Struct, frozen=True):
    """What the server said against a statement."""

    said: str


class Gauging:
    """One session with a copy, in which statements are run one by one.

    Locks are held until a transaction ends: what one takes again that it holds already does not show.  `held` says so.
    """

    def __init__(self, session: Session, limit: int) -> None:
        """`limit`: seconds after which a statement is stopped."""
        self._session = session
        self._gauge = Gauge(session)
        self._first = frozenset(oid for (oid,) in session.execute(_TABLES))
        self._indexes: Mapping[int, tuple[int, int, Path]] = {}
        self.held: dict[Path, Lock] = {}
        self.sampled = False
        session.execute(f"set statement_timeout = '{limit}s'".encode())

    def run(self, statement: Statement, *, keep: bool = True) -> Effects | Refused:
        """Carry a statement out, by itself or within the transaction that the script opened.

        Unless what it did is to be kept, it is taken back, where it can be.
        """
        self.sampled = False
        if self._is_open:
            return self._within(statement)
        if statement.words[:1] in BEGINS:
            return self._opened(statement)
        if statement.words[:1] in ENDS:
            return NOTHING
        self._session.execute("begin")
        self._begin()
        refused = self._sent(statement)
        if refused is None:
            found = self._look()
            self._session.execute("commit" if keep else "rollback")
            return found
        self._session.execute("rollback")
        return self._alone(statement) if refused.said.startswith(ONLY_ALONE) else refused

    def end(self) -> None:
        """Commit what the script left open."""
        if self._is_open:
            self._session.execute("commit")

    @property
    def _is_open(self) -> bool:
        return self._session.info.transaction_status != TransactionStatus.IDLE

    def _begin(self) -> None:
        """Within the transaction: at its end the server may begin to count scans anew."""
        self._gauge.begin()
        self._indexes = self._built()
        self.held = {}

    def _opened(self, statement: Statement) -> Effects | Refused:
        refused = self._sent(statement)
        if self._is_open:
            self._begin()
        return refused or NOTHING

    def _within(self, statement: Statement) -> Effects | Refused:
        self._session.execute(f"savepoint {_POINT}")
        refused = self._sent(statement)
        if refused is not None:
            self._session.execute(f"rollback to savepoint {_POINT}; release savepoint {_POINT}")
            return refused
        return self._look() if self._is_open else NOTHING

    def _sent(self, statement: Statement) -> Refused | None:
        try:
            send(self._session, (statement,))
        except Failed as failed:
            return Refused(f"{failed.code} {failed.error.diag.message_primary or failed.error}")
        return None

    def _alone(self, statement: Statement) -> Effects | Refused:
        """Only samples of its locks are seen, and nothing of what it reads: what it builds it has read.

        An index that others use is locked for an instant at the end, when another takes its place.
        """
        self._begin()
        self.sampled = True
        seen: list[tuple[Any, ...]] = []
        with self._gauge.sampling(seen):
            refused = self._sent(statement)
        if refused is not None:
            return refused
        found = self._effects(self._gauge.afterwards(seen, NOTHING_DECLARED))
        indexes = self._named("i")
        locks = tuple(held for held in found.locks if held.relation not in indexes)
        return replace(found, locks=locks, scans=found.scans | found.builds)

    def _look(self) -> Effects:
        found = self._effects(self._gauge.look(NOTHING_DECLARED))
        self.held |= {one.relation: one.lock for one in found.locks}
        return found

    def _effects(self, measured: Measured) -> Effects:
        """An index that another type made PostgreSQL define anew may stand in the file that it had."""
        before, self._indexes = {file for file, *_ in self._indexes.values()}, self._built()
        built = {table for file, oid, table in self._indexes.values() if oid in self._first and file not in before}
        rewritten = frozenset(measured.rewritten)
        if rewritten:
            rewritten -= self._named("S")
        return Effects(measured.locks, rewritten, frozenset(measured.scanned), frozenset(built - rewritten))

    def _named(self, kind: str) -> frozenset[Path]:
        rows = self._session.execute(_OF_KIND, [kind]).fetchall()
        return frozenset((schema, name) for schema, name in rows)

    def _built(self) -> Mapping[int, tuple[int, int, Path]]:
        rows = self._session.execute(_INDEXES).fetchall()
        return {index: (file, oid, (schema, table)) for index, file, oid, schema, table in rows}


def completed(measured: Effects, told: Effects, held: Mapping[Path, Lock], *, sampled: bool) -> Effects:
    """With the locks that do not show, as the rules tell them: those that the transaction holds already, and, of what
    is only sampled, those that were gone too soon.
    """
    shown = {one.relation for one in measured.locks}
    hidden = (
        Held(one.relation, min(one.lock, held.get(one.relation, one.lock)))
        for one in told.locks
        if one.relation not in shown and (sampled or one.relation in held)
    )
    return replace(measured, locks=(*measured.locks, *hidden), waits=measured.waits or told.waits)
