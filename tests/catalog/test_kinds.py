"""A field of a fact is a column of its query, on every version; and an address leads where PostgreSQL's own would."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path as File

import psycopg
import pytest
from psycopg import Connection, Cursor
from psycopg.sql import Identifier

from seachange.catalog.facts import KINDS, Path
from seachange.catalog.queries import name_of, queries
from seachange.catalog.ref import Ref
from seachange.postgres import extract as extracting
from seachange.postgres.rows import FIRST_NORMAL_OID, PG_CLASS, Address, Reading
from seachange.postgres.scratch import Scratch
from tests.catalog.probes import HERE, play, probes, stage
from tests.plugins.servers import Server

Session = Connection[tuple[int, int]]
NOT_FIELDS = {"kind", "class", "oid", "of", "relation", "target", "part", "hidden", "unusual", "name", "args"}
"""Columns that say what a row is, where it lies and how it is called."""
SCENES = sorted(HERE.glob("*.sql"))
TYPES = {"base type", "composite type", "domain", "enum", "range"}
"""PostgreSQL calls all of these `type`, and writes the name as one word."""
COLUMNS = {"composite type column", "view column", "materialized view column"}
OF_METHODS = {"operator class", "operator family"}
OF_FAMILIES = {"operator of access method", "function of access method"}
WITHOUT_ADDRESS = {"text search mapping", "role membership", "database"}
"""PostgreSQL has no such addresses, or cannot look them up; nor can it those of operators of one operand."""


def test_the_fields_of_a_fact_are_the_columns_of_its_query(server: Server) -> None:
    with psycopg.connect(server.conninfo) as session:
        asked = {query.name: session.execute(query.text) for query in queries(server.major, cluster=True)}
        wrong = {kind: odd for kind in KINDS if name_of(kind) in asked and (odd := _odd(kind, asked[name_of(kind)]))}
    assert wrong == {}


def test_every_kind_is_asked_for_on_some_version() -> None:
    assert {query.name for query in queries(18, cluster=True)} == set(map(name_of, KINDS))


def test_kinds_of_the_cluster_are_read_only_on_demand(server: Server) -> None:
    of_cluster = {name_of(kind) for kind, fact in KINDS.items() if fact.cluster}
    assert {query.name for query in queries(server.major, cluster=False)}.isdisjoint(of_cluster)


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_an_address_leads_where_ours_leads(
    path: File, server: Server, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[Reading] = []

    class Kept(Reading):
        def __init__(self, *names: Mapping[int, str]) -> None:
            super().__init__(*names)
            readings.append(self)

    monkeypatch.setattr(extracting, "Reading", Kept)
    script = probes(path)
    with stage(script, server, scratch) as conninfo:
        play(conninfo, script, server.major)
        with psycopg.connect(conninfo, autocommit=True) as session:
            extracting.extract(session, cluster=path.stem == "cluster")
            session.execute("set search_path = ''")
            assert {ref: address for ref, *address in _lost(session, readings[-1])} == {}


def _odd(kind: str, answered: Cursor[tuple[object, ...]]) -> set[str]:
    """What the kind has and its query has not, or the other way; `unusual` brings the last fields by name."""
    fields = set(KINDS[kind].__struct_fields__[2:])
    columns = {column.name for column in answered.description or ()}
    if "unusual" in columns:
        return columns - fields - NOT_FIELDS
    shared = {one for one in KINDS if name_of(one) == name_of(kind)}
    others = set[str]().union(*(KINDS[one].__struct_fields__[2:] for one in shared))
    return (fields - columns) | (columns - others - NOT_FIELDS)


def _lost(session: Session, reading: Reading) -> Iterator[tuple[Ref, Address, Address]]:
    """The objects that PostgreSQL finds elsewhere than we do."""
    for address, ref in reading.refs.items():
        row_type = ref.kind == "composite type" and address[0] == PG_CLASS
        prefix = ref.kind == "operator" and "-" in ref.args
        if address[1] >= FIRST_NORMAL_OID and not (row_type or prefix) and ref.kind not in WITHOUT_ADDRESS:
            found = _address(session, ref)
            if found != address:
                yield ref, address, found


def _address(session: Session, ref: Ref) -> Address:
    kind, names, args = _spelled(ref)
    query = "select classid::int8, objid::int8 from pg_get_object_address(%s, %s::text[], %s::text[])"
    try:
        (found,) = session.execute(query, [kind, list(names), list(args)])
    except psycopg.Error:
        return (0, 0)
    return found


def _spelled(ref: Ref) -> tuple[str, Path, Path]:
    """An address as PostgreSQL's functions want it."""
    match ref.kind:
        case kind if kind in TYPES:
            return "type", (_quoted(ref.names),), ()
        case kind if kind in COLUMNS:
            return "table column", ref.names, ()
        case "domain constraint":
            return ref.kind, (_quoted(ref.names[:-1]),), ref.names[-1:]
        case kind if kind in OF_METHODS:
            return kind, (*ref.args, *ref.names), ()
        case kind if kind in OF_FAMILIES:
            method, number, *types = ref.args
            return kind, (method, *ref.names, number), tuple(types)
    return ref.kind, ref.names, ref.args


def _quoted(names: Path) -> str:
    return Identifier(*names).as_string()
