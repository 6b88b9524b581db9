"""Whether an object is there, asked of real servers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
import psycopg

from seachange.catalog.facts import KINDS
from seachange.catalog.ref import Ref
from seachange.plan.there import CONDITIONS, there
from seachange.postgres.extract import extract
from seachange.postgres.scratch import Scratch
from tests.catalog.probes import HERE, Probes, probes, stage
from tests.plugins.servers import Server

HARMLESS = frozenset({kind for kind, fact in KINDS.items() if fact.told}) | {
    *("setting", "default grant", "default revoke", "parameter grant"),
}
"""A second run of what changes these does no harm."""
MORE = """
create table p.oddly ("na""me ?" int default 5, "b'c" text, constraint "it's" check (true));
create function p."odd f"(int, p.pair, text[]) returns int language sql as 'select 1';
alter operator family p.fam using btree add operator 1 < (int, int8), function 1 btint48cmp(int4, int8);
grant probe_ann to probe_ben;
create foreign data wrapper "it's";
create user mapping for public server probe_said;
"""
WIDE = "create publication wide for tables in schema p"


def test_what_is_there_is_found_and_nothing_else(server: Server, scratch: Scratch) -> None:
    script = _script(server)
    with stage(script, server, scratch) as conninfo, psycopg.connect(conninfo, autocommit=True) as session:
        session.execute(script.setup.encode())
        facts = extract(session, cluster=True).facts
        session.execute("SET search_path = ''")
        found: Counter[str] = Counter()
        for ref in facts:
            if condition := there(ref):
                found[ref.kind] += 1
                assert _asked(session, condition) is True, ref
                assert ref.kind == "database" or not any(_asked(session, there(other)) for other in _others(ref)), ref
    missing = CONDITIONS.keys() - found.keys()
    assert missing <= {"tablespace", *(["publication namespace"] if server.major < 15 else [])}


def _script(server: Server) -> Probes:
    script = probes(HERE / "said.sql")
    more = MORE
    for role in script.roles:
        more = more.replace(role.rpartition("_")[0], role)
    return msgspec.structs.replace(script, setup=script.setup + more + (WIDE if server.major >= 15 else ""))


def _others(ref: Ref) -> Iterator[Ref]:
    """Addresses like this one at which there is nothing: another name in each place, another kind."""
    for i, name in enumerate(ref.names):
        other = "7" if ref.kind == "large object" else "no " + name
        yield Ref(ref.kind, (*ref.names[:i], other, *ref.names[i + 1 :]), ref.args)
    for i, arg in enumerate(ref.args):
        yield Ref(ref.kind, ref.names, (*ref.args[:i], "99" if arg.isdigit() else "none", *ref.args[i + 1 :]))
    relations = ("table", "view", "materialized view", "foreign table", "sequence", "index", "composite type")
    routines = ("function", "procedure", "aggregate")
    types = ("enum", "domain", "range", "base type", "composite type")
    columns = tuple(kind for kind in KINDS if kind.endswith(" column"))
    for family in (relations, routines, types, columns):
        if ref.kind in family:
            yield from (Ref(kind, ref.names, ref.args) for kind in family if kind != ref.kind)


def _asked(session: psycopg.Connection[tuple[object, ...]], condition: str) -> object:
    row = session.execute(f"SELECT {condition}".encode()).fetchone()
    assert row is not None
    return row[0]


def test_each_kind_has_a_condition_or_needs_none() -> None:
    assert CONDITIONS.keys() == KINDS.keys() - HARMLESS
    assert there(Ref("comment", ("a",), ("table",))) == ""
