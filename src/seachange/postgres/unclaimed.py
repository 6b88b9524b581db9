"""What people made and no query read, what they say of PostgreSQL's own objects, and what we may not read.

Found by counting and named only where there is something: a catalog that is complete costs no further round trip.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from seachange.catalog.facts import KINDS
from seachange.catalog.queries import SUBJECTS, text_of
from seachange.catalog.ref import Ref
from seachange.finding import Finding, Severity
from seachange.postgres.dependencies import Dependencies, numbers
from seachange.postgres.rows import FIRST_NORMAL_OID, Place, Reading, Rows

UNREAD = SQL("""
    select o.tableoid::regclass::text, type, identity
    from pg_catalog.{} o
    left join lateral (select coalesce(i.type, 'object') as type, coalesce(i.identity, o.oid::text) as identity
                       from pg_identify_object(o.tableoid, o.oid, 0) i) i on true
    where o.oid >= 16384 and o.oid <> all (%s::oid[]) and identity !~ '(^|[ (,])pg_(toast_)?temp(_[0-9]+)?([.]|$)'
      and not exists (select from pg_depend d join pg_class c on c.oid = d.refobjid and c.relpersistence = 't'
                      where d.classid = o.tableoid and d.objid = o.oid and d.refclassid = 'pg_class'::regclass)
    order by identity
""")
"""Temporary objects are nobody's, nor is what needs one."""
OF_CLUSTER = frozenset({1213, 1260, 1261, 6243})
"""pg_tablespace, pg_authid, pg_auth_members, pg_parameter_acl: what is said of them is read with them or not at all."""


def unclaimed(
    connection: Connection[Any], reading: Reading, dependencies: Dependencies, inventory: Rows, implied: Rows
) -> Iterator[Finding]:
    """A finding for each object that belongs to no fact, and for each whose facts are not whole.

    What is said of PostgreSQL's own objects becomes facts here: only now is it known that there is something.
    """
    known = _known(reading, dependencies, implied)
    for class_, name, objects, total in zip(*inventory.columns.values(), strict=True):
        oids = known[class_]
        if (len(oids), sum(oids)) != (objects, total):
            yield from _unread(connection, name, oids)
    yield from _unhoused(connection, reading)
    yield from map(_hidden, reading.hidden)


def _known(reading: Reading, dependencies: Dependencies, implied: Rows) -> defaultdict[int, list[int]]:
    """The OIDs of what people made and we know, by class."""
    known: defaultdict[int, list[int]] = defaultdict(list)
    for class_, oids in reading.oids.items():
        known[class_].extend(oid for oid in oids if oid >= FIRST_NORMAL_OID)
    for class_, oid in dependencies.implied(reading):
        if oid >= FIRST_NORMAL_OID:
            known[class_].append(oid)
    for class_, sent in zip(*implied.columns.values(), strict=True):
        known[class_].extend(numbers(sent))
    return known


def _unread(connection: Connection[Any], catalog: str, oids: list[int]) -> Iterator[Finding]:
    for class_, type_, name in connection.execute(UNREAD.format(Identifier(catalog)), [oids]):
        about = f"{type_} {name}"
        yield _finding(about, f"{class_} holds {about}, and no kind that seachange reads describes it")


def _unhoused(connection: Connection[Any], reading: Reading) -> Iterator[Finding]:
    """Name what something is said of and nobody read.  What is PostgreSQL's own is taken for read."""
    if not (places := _homeless(reading)):
        return
    own: dict[Place, Ref] = {}
    rows = connection.execute(text_of(SUBJECTS), [list(column) for column in zip(*places, strict=True)])
    for class_, oid, part, catalog, shown, identity, kind, names, args in rows:
        if oid < FIRST_NORMAL_OID and kind in KINDS:
            own[class_, oid, part] = Ref(kind, tuple(names), tuple(args))
        else:
            about = f"{shown} {identity}"
            yield _finding(about, f"something is said of {about} ({catalog}), which is of no kind that seachange reads")
    reading.adopt(own)


def _homeless(reading: Reading) -> list[Place]:
    places: set[Place] = set()
    for _, rows in reading.homeless:
        places.update(zip(*(rows.columns[name] for name in ("class", "target", "part")), strict=True))
    return sorted(place for place in places if place[0] not in OF_CLUSTER)


def _finding(about: str, message: str) -> Finding:
    return Finding(
        check="unclaimed",
        severity=Severity.WARNING,
        about=about,
        message=message,
        advice="Compare it by hand, and tell us: a kind that is not read is a defect.",
    )


def _hidden(ref: Ref) -> Finding:
    return Finding(
        check="unreadable",
        severity=Severity.WARNING,
        about=str(ref),
        message=f"the server does not let us read all of {ref}: what it hides is taken as not there",
        advice="Read as the owner of the database or as a superuser.",
    )
