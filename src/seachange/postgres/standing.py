"""Where sequences stand beside the columns that they feed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.postgres.sampling import first_line
from seachange.sql.quote import name, path

Session = Connection[Any]

FED = """
select sn.nspname, s.relname, tn.nspname, t.relname, a.attname, t.relkind = 'r',
  q.seqincrement, q.seqmin, q.seqmax, q.seqcycle,
  case
    when a.atttypid <> all (array['int2', 'int4', 'int8', 'numeric']::regtype[])
      then 'the column has values of the type ' || format_type(a.atttypid, null)
    when a.attidentity = '' and e.adbin is not null
      and pg_get_expr(e.adbin, e.adrelid) <> format('nextval(%L::regclass)', f.sequence::regclass::text)
      then 'the column gets ' || pg_get_expr(e.adbin, e.adrelid)
    else ''
  end
from (
  select d.objid as sequence, d.refobjid as of, d.refobjsubid as number
  from pg_depend d
  where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.objsubid = 0
    and d.refobjsubid > 0 and d.deptype in ('a', 'i')
  union
  select d.refobjid, e.adrelid, e.adnum
  from pg_depend d
  join pg_attrdef e on e.oid = d.objid
  where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype = 'n'
) f
join pg_sequence q on q.seqrelid = f.sequence
join pg_class s on s.oid = f.sequence
join pg_namespace sn on sn.oid = s.relnamespace
join pg_class t on t.oid = f.of and t.relkind in ('r', 'p') and not t.relispartition
join pg_namespace tn on tn.oid = t.relnamespace
join pg_attribute a on a.attrelid = f.of and a.attnum = f.number
left join pg_attrdef e on e.adrelid = f.of and e.adnum = f.number
where s.relpersistence <> 't'
order by 1, 2, 3, 4, 5
"""
"""A row is a column that a sequence feeds; the last field says why the two cannot be held against each other."""


class Feed(msgspec.Struct, frozen=True):
    """A column that a sequence feeds.  `only`: no table below it has rows of its own in it."""

    sequence: Path
    table: Path
    column: str
    only: bool
    increment: int
    minimum: int
    maximum: int
    cycle: bool
    why: str


class Standing(msgspec.Struct, frozen=True):
    """What a sequence gives `next`, and what the column that it feeds has come to, as far as the sequence goes.

    `taken`: the column has that next value, or one beyond it, so that it will be given again.  `spent`: there is no
    next value.  `why`: nobody can tell, and `code` is the SQLSTATE where the server said so.
    """

    feed: Feed
    next: int = 0
    reached: int | None = None
    taken: bool = False
    spent: bool = False
    why: str = ""
    code: str = ""


def standings(session: Session) -> Iterator[Standing]:
    """Each column that is fed by a sequence.  Columns of partitions are told with their table."""
    session.execute("set search_path = ''; set row_security = off")
    for schema, sequence, of, table, column, *rest in session.execute(FED).fetchall():
        feed = Feed((schema, sequence), (of, table), column, *rest)
        yield _standing(session, feed) if not feed.why else Standing(feed, why=feed.why)


def _standing(session: Session, feed: Feed) -> Standing:
    """In one statement: what others insert meanwhile is seen in the sequence, if it is seen in the column."""
    try:
        row = session.execute(_query(feed).encode()).fetchone()
    except psycopg.Error as error:
        if session.closed:
            raise
        return Standing(feed, why=first_line(error), code=error.sqlstate or "")
    assert row is not None
    coming, reached, again = int(row[0]), _whole(row[1]), bool(row[2])
    spent = not feed.minimum <= coming <= feed.maximum
    behind = reached is not None and (reached >= coming if feed.increment > 0 else reached <= coming)
    return Standing(feed, coming, reached, taken=not spent and (again if feed.cycle else behind), spent=spent)


def _whole(value: Decimal | int | None) -> int | None:
    return None if value is None else int(value)


def _query(feed: Feed) -> str:
    """Only values that the sequence can give count: within its bounds, and on its way from one to the next."""
    column, table = name(feed.column), f"{'only ' if feed.only else ''}{path(feed.table)}"
    first, last = (feed.minimum, feed.maximum) if feed.increment > 0 else (feed.maximum, feed.minimum)
    beyond = ">" if feed.increment > 0 else "<"
    step = f" and mod({column} - q.last_value, {abs(feed.increment)}) = 0" if abs(feed.increment) > 1 else ""
    farthest = "max" if feed.increment > 0 else "min"
    again = f"exists (select from {table} where {column} = n.next)" if feed.cycle else "false"
    coming = f"q.last_value::numeric + case when q.is_called then {feed.increment} else 0 end"
    return f"""
        select n.next,
          (select {farthest}({column}) from {table}
           where {column} between {feed.minimum} and {feed.maximum}{step}),
          {again}
        from {path(feed.sequence)} q
        cross join lateral (select {coming} as next) raw
        cross join lateral (
          select case when {feed.cycle} and raw.next {beyond} {last} then {first} else raw.next end as next
        ) n
        """
