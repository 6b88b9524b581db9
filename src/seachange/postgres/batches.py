"""The rows of one table changed batch by batch, each batch in a transaction of its own.

Which batch comes next is told by where the one before ended, as texts: so it can be kept, and gone on from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

import psycopg
from psycopg import Connection

from seachange.postgres import groups
from seachange.postgres.ledger import Why
from seachange.sql.quote import listed, literal, name, path
from seachange.step import Fill, Step

Session = Connection[Any]
Place = tuple[str, ...]
"""Where a batch ends: the values of the key of its last row, or the block that comes next; empty before the first."""

CLASHES = {"55P03": Why.LOCK, "40P01": Why.DEADLOCK, "40001": Why.DEADLOCK}
"""What passes when it is tried again: nothing of the batch has happened."""


class Batch(NamedTuple):
    """Some of the rows of a table: those that meet the condition `rows`.  `end` is where it ends."""

    rows: str
    end: Place
    last: bool


class Course(Protocol):
    """How a table is gone through.  `least` and `most` bound the sizes of its batches, in whatever it counts."""

    least: int
    most: int

    def after(self, place: Place, size: int) -> Batch:
        """The batch that begins behind `place`."""


class Clash(Exception):
    """Somebody else was in the way, and nothing of the batch has happened."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why)


class ByKey:
    """In the order of the primary key."""

    least, most = 250, 1 << 16

    def __init__(self, session: Session, fill: Fill, types: tuple[str, ...]) -> None:
        self._session, self._fill, self._types = session, fill, types
        self._key = f"({listed(fill.key)})"

    def after(self, place: Place, size: int) -> Batch:
        """The last batch has no end: whoever adds rows behind it has them filled, and cannot keep us busy."""
        behind = f"{self._key} > {self._values(place)}" if place else "true"
        texts = ", ".join(f"{name(column)}::text" for column in self._fill.key)
        order = ", ".join(f"_t.{name(column)}" for column in self._fill.key)  # the texts have the names of the columns
        row = self._session.execute(
            f"select {texts} from only {path(self._fill.table)} as _t where {behind} "
            f"order by {order} offset {size - 1} limit 1".encode()
        ).fetchone()
        if row is None:
            return Batch(behind, place, last=True)
        return Batch(f"{behind} and {self._key} <= {self._values(row)}", tuple(row), last=False)

    def _values(self, place: Place) -> str:
        return "(" + ", ".join(f"{literal(text)}::{of}" for text, of in zip(place, self._types, strict=True)) + ")"


class ByBlock:
    """From the first block to the one that is the last when it begins: what is changed moves behind that."""

    least, most = 4, 1 << 10

    def __init__(self, blocks: int) -> None:
        self._blocks = blocks

    def after(self, place: Place, size: int) -> Batch:
        begin = int(place[0]) if place else 0
        end = min(begin + size, self._blocks)
        return Batch(f"ctid >= '({begin},0)' and ctid < '({end},0)'", (str(end),), last=end == self._blocks)


def course(session: Session, fill: Fill) -> Course:
    """By key, where PostgreSQL's own operators compare it: others are not found by their bare names."""
    types = _types(session, fill) if fill.key else ()
    if types:
        return ByKey(session, fill, types)
    row = session.execute(BLOCKS, [path(fill.table)]).fetchone()
    assert row is not None
    return ByBlock(row[0])


def _types(session: Session, fill: Fill) -> tuple[str, ...]:
    """The types of the columns of the key, in its order."""
    rows = session.execute(KEY, [list(fill.key), path(fill.table)]).fetchall()
    return tuple(of for (of,) in rows) if len(rows) == len(fill.key) else ()


KEY = """
select pg_catalog.format_type(a.atttypid, a.atttypmod)
from pg_catalog.unnest(%s::text[]) with ordinality as k (name, place)
  join pg_catalog.pg_index i on i.indrelid = %s::pg_catalog.regclass and i.indisprimary and i.indisvalid
  join pg_catalog.pg_attribute a
    on a.attrelid = i.indrelid and a.attname = k.name and a.attnum = i.indkey[k.place::integer - 1]
  join pg_catalog.pg_opclass c on c.oid = i.indclass[k.place::integer - 1]
  join pg_catalog.pg_amop p on p.amopfamily = c.opcfamily and p.amoplefttype = c.opcintype
    and p.amoprighttype = c.opcintype and p.amopstrategy = 5
  join pg_catalog.pg_operator o on o.oid = p.amopopr and o.oprnamespace = 'pg_catalog'::pg_catalog.regnamespace
order by k.place
"""
BLOCKS = """
select pg_catalog.pg_relation_size(%s::pg_catalog.regclass)
  / pg_catalog.current_setting('block_size')::bigint
"""
ESTIMATE = """
select case when relpages > 0 then reltuples / relpages else 0 end
  * (pg_catalog.pg_relation_size(oid) / pg_catalog.current_setting('block_size')::integer)
from pg_catalog.pg_class where oid = %s::pg_catalog.regclass
"""


def estimate(session: Session, fill: Fill) -> int:
    """About how many rows the table has; 0 where nobody has counted yet."""
    row = session.execute(ESTIMATE, [path(fill.table)]).fetchone()
    return round(row[0]) if row else 0


def is_pending(session: Session, fill: Fill) -> bool:
    """Whether any row still is."""
    row = session.execute(
        f"select exists (select from only {path(fill.table)} where {fill.pending})".encode()
    ).fetchone()
    return row is not None and row[0] is True


def statement(fill: Fill, batch: Batch) -> str:
    """What changes the rows of a batch."""
    return (
        f"UPDATE ONLY {path(fill.table)} SET {name(fill.column)} = {fill.value} WHERE {batch.rows} AND ({fill.pending})"
    )


def may_be_quiet(session: Session) -> bool:
    """Whether the role may keep what it writes from the triggers of people."""
    try:
        with session.transaction():
            session.execute(QUIET.encode())
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


@contextmanager
def changed(session: Session, sql: str, hold: float, *, quiet: bool = False) -> Iterator[int]:
    """How many rows `sql` changes, in one transaction with all that is done inside.

    No lock is waited for longer than `hold` seconds; `quiet`: triggers of people do not see it.  Raises Clash,
    psycopg.Error.
    """
    try:
        with session.transaction():
            settings = (READ_COMMITTED, f"set local lock_timeout = {max(1, round(hold * 1000))}", *[QUIET] * quiet)
            session.execute("; ".join(settings).encode())
            yield session.execute(sql.encode()).rowcount
    except psycopg.Error as error:
        if error.sqlstate in CLASHES:
            raise Clash(CLASHES[error.sqlstate]) from error
        raise


QUIET = "set local session_replication_role = replica"
READ_COMMITTED = "set transaction isolation level read committed"
"""Rows that others change meanwhile are looked at again, whatever the role's own default is."""


@contextmanager
def refusals(session: Session, step: Step, number: int) -> Iterator[None]:
    """What the server refuses inside is told as people need it: see `groups.failed`."""
    try:
        yield
    except psycopg.Error as error:
        raise groups.failed(session, step, number, error) from error
