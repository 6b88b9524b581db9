"""Indexes: which the server maintains but cannot use, and which its planner takes for a query that is made for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.postgres.sampling import first_line
from seachange.sql.quote import path

Session = Connection[Any]

UNUSABLE = """
select n.nspname, c.relname,
  case when not i.indislive then 'it is being dropped'
       when not i.indisready then 'it is not valid and takes no new rows'
       else 'it is not valid' end
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_namespace n on n.oid = c.relnamespace
where not (i.indisvalid and i.indisready and i.indislive)
"""
KEYS = """
select xn.nspname, x.relname, tn.nspname, t.relname, m.amname, pg_get_expr(i.indpred, i.indrelid),
  array_agg('(' || pg_get_indexdef(x.oid, k.n, false) || ')'
            || case when i.indcollation[k.n - 1] <> 0
               then ' collate ' || i.indcollation[k.n - 1]::regcollation::text else '' end order by k.n),
  array_agg(case when o.opcintype in (select oid from pg_type where typtype = 'p')
            then coalesce(format_type(a.atttypid, a.atttypmod), '')
            else format_type(o.opcintype, null) end order by k.n),
  array_agg(s.operator order by k.n),
  array_agg(s.of order by k.n),
  array_agg(s.purpose order by k.n),
  array_agg(b.operator || case when i.indoption[k.n - 1] & 2 <> 0 then ' nulls first' else ' nulls last' end
            order by k.n)
from pg_index i
join pg_class x on x.oid = i.indexrelid and x.relkind = 'i'
join pg_namespace xn on xn.oid = x.relnamespace
join pg_am m on m.oid = x.relam
join pg_class t on t.oid = i.indrelid
join pg_namespace tn on tn.oid = t.relnamespace
cross join lateral generate_series(1, i.indnkeyatts) k(n)
join pg_opclass o on o.oid = i.indclass[k.n - 1]
left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k.n - 1] and a.attnum > 0
left join lateral (
  select format('operator(%s.%s)', p.oprnamespace::regnamespace::text, p.oprname) as operator, q.amoppurpose as purpose,
    case when q.amoprighttype in (select oid from pg_type where typtype = 'p') then ''
         else format_type(q.amoprighttype, null) end as of
  from pg_amop q
  join pg_operator p on p.oid = q.amopopr
  where q.amopfamily = o.opcfamily and q.amoplefttype = o.opcintype
  order by q.amoppurpose desc, p.oprname = '=' desc, q.amoprighttype = q.amoplefttype desc, q.amopstrategy
  limit 1
) s on true
left join lateral (
  select format('operator(%s.%s)', p.oprnamespace::regnamespace::text, p.oprname) as operator
  from pg_amop q
  join pg_operator p on p.oid = q.amopopr
  where m.amname = 'btree' and q.amopfamily = o.opcfamily and q.amoplefttype = o.opcintype
    and q.amoprighttype = o.opcintype and q.amopstrategy = case when i.indoption[k.n - 1] & 1 <> 0 then 5 else 1 end
) b on true
where i.indrelid >= 16384 and x.relnamespace <> 'pg_toast'::regnamespace
group by xn.nspname, x.relname, tn.nspname, t.relname, m.amname, i.indpred, i.indrelid
order by 1, 2
"""
"""A row is an index with what it takes to ask a question that it answers, for each of its keys.

Of operators, one that tests for equality of values of the key's own type comes first, one that only sorts comes last.
The type on its right is empty where it is the key's.
"""
PLAIN = "set local enable_seqscan = off; set local enable_sort = off; set local enable_incremental_sort = off"


class Asked(msgspec.Struct, frozen=True):
    """What came of asking for an index: the last question, and the indexes that the planner took for any of them.

    `why`: there was no question to ask, and `code` is the SQLSTATE where the server said so.
    """

    index: Path
    sql: str = ""
    taken: frozenset[str] = frozenset()
    code: str = ""
    why: str = ""


class Keys(msgspec.Struct, frozen=True):
    """An index, and for each key its expression, its type, an operator with the type on its right, and how it sorts."""

    index: Path
    table: Path
    method: str
    predicate: str | None
    keys: tuple[str, ...]
    types: tuple[str, ...]
    operators: tuple[str | None, ...]
    of: tuple[str | None, ...]
    purposes: tuple[str | None, ...]
    sorts: tuple[str | None, ...]


def unusable(session: Session) -> Mapping[Path, str]:
    """The indexes that no query can use, and why."""
    return {(schema, index): why for schema, index, why in session.execute(UNUSABLE).fetchall()}


def asked(session: Session) -> Iterator[Asked]:
    """For each index but those of partitioned tables, what the planner takes for questions that are made for it."""
    session.execute("set search_path = ''; set row_security = off")
    for row in session.execute(KEYS).fetchall():
        schema, index, of, table, method, predicate, *keys = row
        yield _asked(session, Keys((schema, index), (of, table), method, predicate, *map(tuple, keys)))


def _asked(session: Session, keys: Keys) -> Asked:
    found = Asked(keys.index, why=f"its operator class has no operator to ask with ({keys.method})")
    try:
        for sql in _questions(_typed(session, keys)):
            found = Asked(keys.index, sql, found.taken | _taken(session, sql))
            if keys.index[-1] in found.taken:
                break
    except psycopg.Error as error:
        if session.closed:
            raise
        return msgspec.structs.replace(found, code=error.sqlstate or "", why=first_line(error))
    return found


def _typed(session: Session, keys: Keys) -> Keys:
    """An expression's type is known to who has asked for it."""
    if all(keys.types):
        return keys
    codes = session.execute(f"{_query(keys, (), ', '.join(keys.keys))} limit 0".encode()).description or ()
    types = [session.execute("select format_type(%s, null)", [one.type_code]).fetchone() for one in codes]
    return msgspec.structs.replace(keys, types=tuple(str(row[0]) for row in types if row))


def _taken(session: Session, sql: str) -> frozenset[str]:
    """The indexes in the plan."""
    with session.transaction(force_rollback=True):
        session.execute(PLAIN)
        row = session.execute(f"explain (format json, costs off) {sql}".encode()).fetchone()
    assert row is not None
    return frozenset(_named(row[0][0]["Plan"]))


def _named(node: Mapping[str, Any]) -> Iterator[str]:
    if "Index Name" in node:
        yield node["Index Name"]
    for below in node.get("Plans", ()):
        yield from _named(below)


def _questions(keys: Keys) -> Iterator[str]:
    """By all keys, by the first alone, in the order of the index; each for the rows that the index has."""
    conditions = [condition for number in range(len(keys.keys)) if (condition := _condition(keys, number))]
    if conditions:
        yield _query(keys, conditions)
    if len(conditions) > 1 and _condition(keys, 0):
        yield _query(keys, conditions[:1])
    if all(keys.sorts):
        ways = (f"{key} using {sort}" for key, sort in zip(keys.keys, keys.sorts, strict=True))
        yield f"{_query(keys, ())} order by {', '.join(ways)} limit 1"
    elif keys.purposes[0] == "o":
        yield f"{_query(keys, ())} order by {keys.keys[0]} {keys.operators[0]} {_unknown(keys, 0)} limit 1"


def _query(keys: Keys, conditions: Sequence[str], what: str = "") -> str:
    wanted = [f"({keys.predicate})"] * bool(keys.predicate) + list(conditions)
    return f"select {what} from only {path(keys.table)}" + (f" where {' and '.join(wanted)}" if wanted else "")


def _condition(keys: Keys, number: int) -> str:
    if keys.purposes[number] != "s":
        return ""
    return f"{keys.keys[number]} {keys.operators[number]} {_unknown(keys, number)}"


def _unknown(keys: Keys, number: int) -> str:
    """A value that the planner does not know when it plans; of the key's type where the operator does not say."""
    return f"(select null::{keys.of[number] or keys.types[number]})"
