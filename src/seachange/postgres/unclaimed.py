"""What people made and no query read: found by counting, named only where the counts differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from seachange.finding import Finding, Severity
from seachange.postgres.dependencies import Dependencies, numbers
from seachange.postgres.rows import FIRST_NORMAL_OID, Reading, Rows

NAMED = SQL("""
    select o.tableoid::regclass::text, coalesce(i.type, 'object'), coalesce(i.identity, o.oid::text) as name
    from pg_catalog.{} o
    left join lateral pg_identify_object(o.tableoid, o.oid, 0) i on true
    where o.oid >= 16384 and o.oid <> all (%s::oid[])
    order by name
""")


def unclaimed(
    connection: Connection[Any], reading: Reading, dependencies: Dependencies, inventory: Rows, implied: Rows
) -> Iterator[Finding]:
    """A finding for each object that belongs to no fact.  Temporary objects are nobody's."""
    known = _known(reading, dependencies, implied)
    for class_, name, objects, total in zip(*inventory.columns.values(), strict=True):
        oids = known[class_]
        if (len(oids), sum(oids)) != (objects, total):
            yield from _named(connection, name, oids)


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


def _named(connection: Connection[Any], catalog: str, oids: list[int]) -> Iterator[Finding]:
    for class_, type_, name in connection.execute(NAMED.format(Identifier(catalog)), [oids]):
        if "pg_temp_" not in name:
            yield Finding(
                check="unclaimed",
                severity=Severity.WARNING,
                about=f"{type_} {name}",
                message=f"{class_} holds {type_} {name}, and no kind that seachange reads describes it",
                advice="Compare it by hand, and tell us: a kind that is not read is a defect.",
            )
