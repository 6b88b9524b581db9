"""Rows of a database taken over into a copy of its schema: all of them, or a sample that keeps foreign keys whole.

Everything is read in one snapshot, by table and place of the row, so that keys of any shape are followed alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import msgspec
import psycopg
from psycopg import Connection

from seachange.catalog.facts import Path
from seachange.catalog.scope import QUARANTINE
from seachange.errors import Unreachable
from seachange.postgres.checksums import STABLE
from seachange.postgres.connection import connected
from seachange.sql.quote import listed, literal, name, path

Session = Connection[Any]

MOST = 1000
"""Rows of a table that a sample begins with; those that they refer to come on top."""
SMALL = 16 * 1024 * 1024
"""Bytes of tables that are copied whole faster than a sample is worth."""
LARGE = 50 * MOST
"""Rows from which on a sample is drawn from all over the table, not from its beginning."""
TOGETHER = 100
"""Tables asked for in one go."""


class Rows(StrEnum):
    """Which rows of the target a rehearsal works with."""

    SAMPLE = "sample"
    """Of large databases a sample, of small ones all."""
    ALL = "all"
    TOUCHED = "touched"
    """All rows of the tables that the plans have to do with."""
    NONE = "none"


class Source(msgspec.Struct, frozen=True):
    """A table of the target that may have rows to copy."""

    oid: int
    names: Path
    columns: tuple[str, ...]
    bytes: int
    rows: float
    readable: bool


class Key(msgspec.Struct, frozen=True):
    """A foreign key: a row c of `child` needs the row p of `parent` for which the condition is true."""

    child: int
    parent: int
    parent_names: Path
    condition: str


class Taken(msgspec.Struct, frozen=True):
    """What came over: rows by table, whether that is all there are, and why some tables gave none."""

    rows: Mapping[Path, int] = {}
    whole: bool = True
    refused: Mapping[Path, str] = {}


TABLES = """
select c.oid, n.nspname, c.relname,
  array(select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum),
  pg_relation_size(c.oid), c.reltuples,
  has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') and not row_security_active(c.oid)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r'
  and c.relpersistence in ('p', 'u')
  and n.nspname not in ('pg_catalog', 'information_schema', 'seachange')
  and not exists (select from pg_depend d
                  where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
order by n.nspname, c.relname
"""
KEYS = """
select k.conrelid, k.confrelid, n.nspname, f.relname,
  (select string_agg(format('p.%I operator(%I.%s) c.%I', a.attname, s.nspname, o.oprname, b.attname), ' and ')
   from unnest(k.confkey, k.conkey, k.conpfeqop) as u (parent, child, operator)
   join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.parent
   join pg_attribute b on b.attrelid = k.conrelid and b.attnum = u.child
   join pg_operator o on o.oid = u.operator
   join pg_namespace s on s.oid = o.oprnamespace)
from pg_constraint k
join pg_class c on c.oid = k.conrelid and c.relkind = 'r'
join pg_class f on f.oid = k.confrelid
join pg_namespace n on n.oid = f.relnamespace
left join pg_constraint whole on whole.oid = k.conparentid
where k.contype = 'f' and (whole.oid is null or whole.conrelid <> k.conrelid)
"""
SEQUENCES = """
select n.nspname, c.relname,
  case when has_sequence_privilege(c.oid, 'select, usage') then pg_sequence_last_value(c.oid) end
from pg_sequence s
join pg_class c on c.oid = s.seqrelid
join pg_namespace n on n.oid = c.relnamespace
where n.nspname <> 'seachange'
"""
UNPROVEN = """
select format('%I.%I', n.nspname, c.relname), k.conname, pg_get_constraintdef(k.oid),
  obj_description(k.oid, 'pg_constraint')
from pg_constraint k
join pg_class c on c.oid = k.conrelid
join pg_namespace n on n.oid = c.relnamespace
where not k.convalidated
  and k.contype = 'c'
  and k.conislocal
  and k.coninhcount = 0
  and coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
  and not exists (select from pg_depend d
                  where d.classid = 'pg_constraint'::regclass and d.objid = k.oid and d.deptype = 'e')
"""
POPULATED = """
select n.nspname, c.relname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'm' and c.relispopulated
order by c.oid
"""


def copy_rows(conninfo: str, copy: Session, wanted: Rows, only: Set[Path] | None = None) -> Taken:
    """Take rows over from the database `conninfo` into `copy`, which has its schema and no rows: of all tables, or of
    those that are named and all that waits in the quarantine.
    """
    with connected(conninfo) as target:
        target.execute(STABLE.encode())
        target.execute("set statement_timeout = 0")
        with target.transaction():
            target.execute("set transaction isolation level repeatable read, read only")
            taken = _copied(target, copy, wanted, only) if wanted is not Rows.NONE else Taken()
            _set_sequences(target, copy)
            views = [(schema, view) for schema, view in target.execute(POPULATED).fetchall()]
    refused = refresh(copy, views)
    return msgspec.structs.replace(taken, refused={**taken.refused, **refused})


def _copied(target: Session, copy: Session, wanted: Rows, only: Set[Path] | None) -> Taken:
    found = [Source(oid, (schema, table), tuple(columns), *rest) for oid, schema, table, columns, *rest in _ask(target)]
    found = [one for one in found if only is None or one.names in only or one.names[0] == QUARANTINE]
    sources = [one for one in found if one.readable and one.bytes]
    refused = {one.names: "the role may not read all its rows" for one in found if one.bytes and not one.readable}
    whole = wanted is not Rows.SAMPLE or sum(one.bytes for one in sources) <= SMALL
    picked = {} if whole else Sample(target, sources).picked
    rows, failed = _transfer(target, copy, sources, picked)
    whole = whole or all(one.oid not in picked for one in sources)
    return Taken(rows=rows, whole=whole and not refused, refused=refused | failed)


def _ask(target: Session) -> list[tuple[Any, ...]]:
    return target.execute(TABLES).fetchall()


class Sample:
    """Which rows are taken, by table and place; a table that is not in `picked` is taken whole."""

    def __init__(self, target: Session, sources: Sequence[Source]) -> None:
        self._target = target
        self._sources = {one.oid: one for one in sources}
        self.picked: dict[int, set[str]] = {}
        for start in range(0, len(sources), TOGETHER):
            self._begin(sources[start : start + TOGETHER])
        self._close()

    def _begin(self, sources: Sequence[Source]) -> None:
        """Where too few were drawn, since the server thinks that there are more, some from the beginning as well."""
        found = self._asked(sources, drawn=True)
        few = [one for one in sources if _drawn(one) and len(found[one.oid]) < MOST]
        for oid, places in self._asked(few, drawn=False).items():
            found[oid] |= places
        self.picked |= {oid: places for oid, places in found.items() if len(places) >= MOST}

    def _asked(self, sources: Sequence[Source], *, drawn: bool) -> dict[int, set[str]]:
        query = " union all ".join(
            f"select {one.oid}, array(select ctid::text from only {path(one.names)}{_drawn(one) if drawn else ''}"
            f" limit {MOST})"
            for one in sources
        )
        if not sources:
            return {}
        return {oid: set(places) for oid, places in self._target.execute(query.encode()).fetchall()}

    def _close(self) -> None:
        """Add the rows that rows refer to, until none refers to one that is missing."""
        keys: defaultdict[int, list[Key]] = defaultdict(list)
        for child, parent, *names, condition in self._target.execute(KEYS).fetchall():
            if child in self._sources and (parent in self.picked or parent not in self._sources):
                keys[child].append(Key(child, parent, tuple(names), condition))
        fresh: dict[int, set[str] | None] = {child: self.picked.get(child) for child in keys}
        while fresh:
            found: defaultdict[int, set[str]] = defaultdict(set)
            for child, places in fresh.items():
                for key in keys[child]:
                    for oid, place in self._needed(key, places):
                        found[oid].add(place)
            fresh = dict(self._added(found))

    def _needed(self, key: Key, places: set[str] | None) -> Iterator[tuple[int, str]]:
        """Where the rows are that some rows of the child refer to, or all of them."""
        child = path(self._sources[key.child].names)
        query = f"""
            select distinct p.tableoid::bigint, p.ctid::text
            from only {child} c join {path(key.parent_names)} p on {key.condition}
            """
        if places is not None:
            query += f"where c.ctid = any('{_places(places)}')"
        yield from self._target.execute(query.encode()).fetchall()

    def _added(self, found: Mapping[int, set[str]]) -> Iterator[tuple[int, set[str]]]:
        for oid, places in found.items():
            if oid in self.picked and (more := places - self.picked[oid]):
                self.picked[oid] |= more
                yield oid, more


def _drawn(source: Source) -> str:
    """From all over a large table, twice as much as is needed, and the same the next time."""
    if source.rows < LARGE:
        return ""
    return f" tablesample system ({min(100.0, 200 * MOST / source.rows):.6f}) repeatable (1)"


def _places(places: set[str]) -> str:
    return "{" + ",".join(f'"{place}"' for place in sorted(places)) + "}"


Outcome = tuple[dict[Path, int], dict[Path, str]]


def _transfer(target: Session, copy: Session, sources: Sequence[Source], picked: Mapping[int, set[str]]) -> Outcome:
    """Rows of tables, and why some did not pass.  Where keys cannot be put aside, parents come first by trying."""
    rows: dict[Path, int] = {}
    refused: dict[Path, str] = {}
    waiting, before = list(sources), len(sources) + 1
    with copy.transaction(), _unproven_aside(copy):
        put_triggers_aside(copy)
        while waiting and len(waiting) < before:
            before, refused = len(waiting), {}
            for source in waiting:
                try:
                    with copy.transaction():
                        rows[source.names] = _table(target, copy, source, picked.get(source.oid))
                except psycopg.Error as error:
                    refuse_full(error)
                    refused[source.names] = first_line(error)
            waiting = [source for source in waiting if source.names in refused]
    return rows, refused


@contextmanager
def _unproven_aside(copy: Session) -> Iterator[None]:
    """Checks that nobody has validated are absent meanwhile: rows that they would refuse belong to the rehearsal."""
    unproven = copy.execute(UNPROVEN).fetchall()
    for table, constraint, _, _ in unproven:
        copy.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name(constraint)}".encode())
    yield
    for table, constraint, definition, comment in unproven:
        copy.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name(constraint)} {definition}".encode())
        if comment is not None:
            said = f"COMMENT ON CONSTRAINT {name(constraint)} ON {table} IS {literal(comment)}"
            copy.execute(said.encode())


def put_triggers_aside(copy: Session) -> None:
    """Rows that are there already have passed their triggers and foreign keys once."""
    try:
        with copy.transaction():
            copy.execute("set local session_replication_role = replica")
    except psycopg.errors.InsufficientPrivilege:
        return
    copy.execute("set local session_replication_role = replica")


def _table(target: Session, copy: Session, source: Source, places: set[str] | None) -> int:
    table, columns = path(source.names), f" ({listed(source.columns)})" if source.columns else ""
    what = f"{table}{columns}"
    if places is not None:
        what = f"(select {listed(source.columns)} from only {table} where ctid = any('{_places(places)}'))"
    with target.cursor() as read, copy.cursor() as write:
        with (
            read.copy(f"copy {what} to stdout".encode()) as rows,
            write.copy(f"copy {table}{columns} from stdin".encode()) as into,
        ):
            for row in rows:
                into.write(row)
        return write.rowcount


def _set_sequences(target: Session, copy: Session) -> None:
    """Where they stand; one that was never called needs nothing."""
    called = [row for row in target.execute(SEQUENCES).fetchall() if row[2] is not None]
    with copy.cursor() as cursor:
        cursor.executemany(
            "select setval(to_regclass(%s), %s)",
            [(path((schema, sequence)), last) for schema, sequence, last in called],
        )


def refresh(copy: Session, views: Sequence[Path]) -> dict[Path, str]:
    """Fill materialized views, some of which read others; and why some could not be filled."""
    waiting, before, refused = list(views), len(views) + 1, dict[Path, str]()
    while waiting and len(waiting) < before:
        before, refused = len(waiting), {}
        for view in waiting:
            try:
                copy.execute(f"refresh materialized view {path(view)}".encode())
            except psycopg.Error as error:
                refuse_full(error)
                refused[view] = first_line(error)
        waiting = list(refused)
    return refused


def refresh_all(copy: Session) -> None:
    """Fill the materialized views that are filled already again."""
    refresh(copy, [(schema, view) for schema, view in copy.execute(POPULATED).fetchall()])


def refuse_full(error: psycopg.Error) -> None:
    """That there is no room concerns not one table but all of the work."""
    if isinstance(error, psycopg.errors.DiskFull | psycopg.errors.OutOfMemory):
        raise no_room_said(first_line(error)) from error


def no_room_said(words: str) -> Unreachable:
    """What to say where a scratch server has no room."""
    return Unreachable(
        f"The scratch server has no room for the copy: {words}",
        hint="Make room, have fewer rows copied (--rows sample), or have scratch databases made elsewhere (--scratch).",
    )


def first_line(error: psycopg.Error) -> str:
    """What the server said, without what it added."""
    return error.diag.message_primary or str(error).strip().partition("\n")[0]
