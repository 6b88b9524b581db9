"""Rows that break a constraint which nobody has proved, or whose proof may have been got around."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.postgres.sampling import first_line

Session = Connection[Any]

UNPROVEN = """
select n.nspname, c.relname, k.conname,
  case
    when k.contype = 'c' then
      format('select count(*) from %s where not (%s)', t.name, pg_get_expr(k.conbin, k.conrelid))
    when k.contype = 'n' then
      format('select count(*) from %s where %I is null', t.name,
        (select a.attname from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1]))
    when not v.conperiod then
      format('select count(*) from %s c where %s (%s) and not exists (select from %s p where %s)', t.name,
        case when k.confmatchtype = 'f' then 'not' else '' end,
        (select string_agg(format('c.%I is %s null', a.attname, case when k.confmatchtype = 'f' then '' else 'not' end),
                           ' and ' order by u.place)
         from unnest(k.conkey) with ordinality u (number, place)
         join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number),
        (select case when f.relkind = 'r' then 'only ' else '' end || f.oid::regclass::text
         from pg_class f where f.oid = k.confrelid),
        (select string_agg(format('p.%I operator(%I.%s) c.%I', a.attname, s.nspname, o.oprname, b.attname), ' and ')
         from unnest(k.confkey, k.conkey, k.conpfeqop) u (parent, child, operator)
         join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.parent
         join pg_attribute b on b.attrelid = k.conrelid and b.attnum = u.child
         join pg_operator o on o.oid = u.operator
         join pg_namespace s on s.oid = o.oprnamespace))
  end,
  k.convalidated and v.conenforced
from pg_constraint k
join pg_class c on c.oid = k.conrelid and c.relkind in ('r', 'p')
join pg_namespace n on n.oid = c.relnamespace
cross join (values (true, false)) as since(conenforced, conperiod)
cross join lateral (select conenforced, conperiod from (select k.*) own) v
cross join lateral (
  select case when c.relkind = 'r' then 'only ' else '' end || c.oid::regclass::text as name
) t
where (k.contype in ('c', 'n') or k.contype = 'f' and k.conparentid = 0)
  and not (c.relispartition and k.coninhcount > 0)
  and (not k.convalidated or not v.conenforced or k.contype = 'f')
order by 1, 2, 3
"""
"""A row is a constraint, with the statement that counts the rows which break it, if one can be written, and whether it
calls itself valid.

Columns that a version lacks come from `since`, as in the queries of the catalog.
"""
PERIOD = "it is a foreign key over periods, whose rows are not counted"


class Misfits(msgspec.Struct, frozen=True):
    """How many rows of a table break a constraint; None where that could not be counted, and `why`."""

    table: Path
    constraint: str
    sql: str
    rows: int | None = None
    code: str = ""
    why: str = ""


def misfits(session: Session, *, proven: bool) -> Iterator[Misfits]:
    """Of each constraint that is not validated or not enforced; with `proven`, of all foreign keys.

    Who switches triggers off, or works as a replica does, gets rows past a foreign key that calls itself valid.
    """
    session.execute("set search_path = ''; set row_security = off")
    for schema, table, constraint, sql, valid in session.execute(UNPROVEN).fetchall():
        if proven or not valid:
            yield _counted(session, Misfits((schema, table), constraint, sql or ""))


def _counted(session: Session, one: Misfits) -> Misfits:
    if not one.sql:
        return msgspec.structs.replace(one, why=PERIOD)
    try:
        row = session.execute(one.sql.encode()).fetchone()
    except psycopg.Error as error:
        if session.closed:
            raise
        return msgspec.structs.replace(one, code=error.sqlstate or "", why=first_line(error))
    assert row is not None
    return msgspec.structs.replace(one, rows=int(row[0]))
