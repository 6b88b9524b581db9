"""Reading a catalog: what the server answers becomes facts, edges and findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.pq import TransactionStatus

from seachange.catalog.catalog import Catalog, Origin
from seachange.catalog.edges import Edges
from seachange.catalog.facts import KINDS
from seachange.catalog.queries import DEPENDENCIES, IMPLIED, INVENTORY, RELATIONS, ROLES, SCHEMAS, queries
from seachange.catalog.ref import Ref
from seachange.catalog.scope import OURS, is_ours
from seachange.catalog.undisturbed import undisturbed
from seachange.postgres.answers import WITHIN, answers
from seachange.postgres.asking import Asking
from seachange.postgres.connection import failure, shown
from seachange.postgres.dependencies import Dependencies
from seachange.postgres.rows import PG_CLASS, Reading, Rows
from seachange.postgres.unclaimed import unclaimed

EARLY = (SCHEMAS, ROLES, *RELATIONS, "column", DEPENDENCIES)
"""Half of the server's work, and what the other half is named after."""
ADDED = frozenset({"grant", "revoke", "security label", "policy"})
"""What people may add to an extension's objects, and pg_dump keeps."""


def extract(connection: Connection[Any], *, cluster: bool = False) -> Catalog:
    """All that the database holds, as of one moment; with `cluster`, the roles and tablespaces of its server too.

    Three round trips, however much there is; some more for a second connection to a large database, and where something
    is found that no query claims.  The connection is in autocommit mode before and after; a transaction that is open is
    left as it was.
    """
    place = shown(connection.info.dsn)
    within = connection.info.transaction_status == TransactionStatus.INTRANS
    leaving = f"rollback to {WITHIN}; release {WITHIN}" if within else "commit"
    try:
        with undisturbed():
            reading, dependencies, inventory, implied = _read(connection, cluster)
            findings = tuple(unclaimed(connection, reading, dependencies, inventory, implied))
        connection.execute(leaving)
    except psycopg.Error as error:
        raise failure(error, place) from error
    members = {
        part: extension.names[-1]
        for user, used in dependencies.extensions()
        if (part := reading.ref(user)) and (extension := reading.ref(used))
    }
    for ref in (*_brought(reading, dependencies), *_ours(reading)):
        reading.facts.pop(ref, None)
    return Catalog(
        reading.facts,
        Edges(partial(dependencies.edges, reading), Asking(dependencies, reading)),
        Origin(
            version=connection.info.server_version,
            members=members,
            silent=frozenset(kind for kind, fact in KINDS.items() if fact.cluster and not cluster),
            findings=findings,
        ),
    )


def _read(connection: Connection[Any], cluster: bool) -> tuple[Reading, Dependencies, Rows, Rows]:
    major = connection.info.server_version // 10000
    kinds = [query.name for query in queries(major, cluster=cluster) if query.name not in EARLY]
    found = answers(connection, EARLY, (*kinds, INVENTORY, IMPLIED))
    reading = Reading(_names(next(found)), _names(next(found)))
    others = _take(reading, found)
    return reading, Dependencies(others[DEPENDENCIES]), others[INVENTORY], others[IMPLIED]


def _take(reading: Reading, answers: Iterable[Rows]) -> dict[str, Rows]:
    """Take in what makes facts, and return the rest.  Relations wait until all have their names and columns."""
    waiting: list[Rows] = []
    others: dict[str, Rows] = {}
    for rows in answers:
        if rows.query in (DEPENDENCIES, INVENTORY, IMPLIED):
            others[rows.query] = rows
        elif rows.query in RELATIONS:
            reading.name_relations(rows)
            waiting.append(rows)
        else:
            reading.take(rows)
            while waiting:
                reading.take(waiting.pop(0))
    return others


def _brought(reading: Reading, dependencies: Dependencies) -> Iterator[Ref]:
    """What came with an extension and is not ours: its members, what is in them, and what is said of either."""
    addresses = dependencies.brought()
    brought = {ref for address in addresses if (ref := reading.refs.get(address))}
    brought.update(ref for class_, oid in addresses if class_ == PG_CLASS for ref in reading.column_refs(oid))
    yield from (ref for ref in brought if ref.kind not in ADDED)
    for told, subject in reading.subjects.items():
        if subject in brought and told.kind not in ADDED:
            yield told


def _ours(reading: Reading) -> Iterator[Ref]:
    """What seachange itself keeps in the database."""
    if any(Ref("schema", (schema,)) in reading.facts for schema in OURS):
        yield from (ref for ref, fact in reading.facts.items() if is_ours(fact))


def _names(rows: Rows) -> dict[int, str]:
    return dict(zip(rows.columns["oid"], rows.columns["name"], strict=True))
