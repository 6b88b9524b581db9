"""Reading a catalog: all queries in one pipeline, in one snapshot, with an empty search_path."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any

from psycopg import Connection
from psycopg.types.numeric import OidBinaryLoader

from seachange.catalog.catalog import Catalog, Origin
from seachange.catalog.facts import KINDS
from seachange.catalog.queries import DEPENDENCIES, IMPLIED, INVENTORY, RELATIONS, ROLES, SCHEMAS, queries, text_of
from seachange.catalog.ref import Ref
from seachange.postgres.dependencies import Dependencies
from seachange.postgres.rows import PG_CLASS, Reading, Rows, fetched
from seachange.postgres.unclaimed import unclaimed

SETTLED = """
select set_config(name, value, true)
from (values ('search_path', ''), ('jit', 'off'), ('quote_all_identifiers', 'off'), ('extra_float_digits', '1'),
             ('datestyle', 'ISO, YMD'), ('intervalstyle', 'postgres'), ('timezone', 'UTC'), ('bytea_output', 'hex'),
             ('enable_parallel_append', 'off'), ('max_parallel_workers_per_gather', '0')) s(name, value)
"""
"""What the text of expressions depends on, and what only slows small queries down."""
ADDED = frozenset({"grant", "revoke", "security label", "policy"})
"""What people may add to an extension's objects, and pg_dump keeps."""
OID_TYPES = ("regclass", "regtype", "regrole", "regnamespace", "regconfig")


def extract(connection: Connection[Any], *, cluster: bool = False) -> Catalog:
    """All that the database holds, as of one moment; with `cluster`, the roles and tablespaces of its server too.

    One round trip, and a second one only where something is found that no query claims.  The connection is in
    autocommit mode before and after.
    """
    _understand_oids(connection)
    with _undisturbed(), connection.pipeline():
        reading, dependencies, inventory, implied = _read(connection, cluster)
        findings = tuple(unclaimed(connection, reading, dependencies, inventory, implied))
        connection.execute("commit")
    members = {
        part: extension.names[-1]
        for user, used in dependencies.extensions()
        if (part := reading.ref(user)) and (extension := reading.ref(used))
    }
    for ref in tuple(_brought(reading, dependencies)):
        reading.facts.pop(ref, None)
    return Catalog(
        reading.facts,
        partial(dependencies.edges, reading),
        Origin(
            version=connection.info.server_version,
            members=members,
            silent=frozenset(kind for kind, fact in KINDS.items() if fact.cluster and not cluster),
            findings=findings,
        ),
    )


def _read(connection: Connection[Any], cluster: bool) -> tuple[Reading, Dependencies, Rows, Rows]:
    """What the server answers, taken in as it comes while the server works on the rest."""
    connection.execute("begin isolation level repeatable read read only")
    connection.execute(SETTLED)
    asked = (SCHEMAS, ROLES, *_kinds(connection, cluster), DEPENDENCIES, INVENTORY, IMPLIED)
    cursors = [(name, connection.cursor(binary=True).execute(text_of(name))) for name in asked]
    answers = (fetched(name, cursor) for name, cursor in cursors)
    reading = Reading(_names(next(answers)), _names(next(answers)))
    _take(reading, islice(answers, len(asked) - 5))
    return reading, Dependencies(next(answers)), next(answers), next(answers)


def _kinds(connection: Connection[Any], cluster: bool) -> Iterator[str]:
    return (query.name for query in queries(connection.info.server_version // 10000, cluster=cluster))


def _take(reading: Reading, answers: Iterable[Rows]) -> None:
    """Facts of relations wait until all relations have their names and columns."""
    waiting: list[Rows] = []
    for rows in answers:
        if rows.query in RELATIONS:
            reading.name_relations(rows)
            waiting.append(rows)
            continue
        reading.take(rows)
        while waiting:
            reading.take(waiting.pop(0))


def _brought(reading: Reading, dependencies: Dependencies) -> Iterator[Ref]:
    """What came with an extension and is not ours: its members, what is in them, and what is said of either."""
    addresses = dependencies.brought()
    brought = {ref for address in addresses if (ref := reading.refs.get(address))}
    brought.update(ref for class_, oid in addresses if class_ == PG_CLASS for ref in reading.column_refs(oid))
    yield from (ref for ref in brought if ref.kind not in ADDED)
    for told, subject in reading.subjects.items():
        if subject in brought and told.kind not in ADDED:
            yield told


def _names(rows: Rows) -> dict[int, str]:
    return dict(zip(rows.columns["oid"], rows.columns["name"], strict=True))


def _understand_oids(connection: Connection[Any]) -> None:
    """Names of objects travel as OIDs in PostgreSQL's binary form."""
    for name in OID_TYPES:
        connection.adapters.register_loader(name, OidBinaryLoader)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the garbage collector, which would walk a million new objects again and again and find nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
