"""Snapshots lose nothing, and bad ones are refused with a reason."""

from __future__ import annotations

import types
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seachange.catalog.catalog import Catalog, Origin
from seachange.catalog.edge import Edge
from seachange.catalog.facts import KINDS, Fact
from seachange.catalog.facts.relations import Schema, Table
from seachange.catalog.ref import Ref
from seachange.catalog.snapshot import FORMAT, dump, load
from seachange.errors import NotUnderstood
from seachange.finding import Finding, Severity
from tests.real.mirrors import catalog

SMALL = Catalog({fact.ref: fact for fact in (Schema(("a",)), Table(("a", "t"), options=("fillfactor=10",)))})
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def values(hint: object) -> st.SearchStrategy[Any]:
    """Values of a field."""
    if hint is float:
        return st.floats(allow_nan=False, allow_infinity=False)
    if hint is int:
        return st.integers(-(2**63), 2**63 - 1)
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of([st.none() if one is type(None) else values(one) for one in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    return {str: TEXT, bool: st.booleans()}[hint]  # type: ignore[index]


def facts(kind: type[Fact]) -> st.SearchStrategy[Fact]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field: values(hints[field]) for field in kind.__struct_fields__})


CATALOGS = st.builds(
    lambda some, edges, members, findings: Catalog(
        {fact.ref: fact for fact in some},
        edges,
        Origin(version=180004, members=members, silent=frozenset({"role"}), made=True, findings=tuple(findings)),
    ),
    st.lists(st.one_of(list(map(facts, KINDS.values()))), max_size=6),
    st.lists(
        st.builds(Edge, st.builds(Ref, TEXT, st.tuples(TEXT)), st.builds(Ref, TEXT, st.tuples(TEXT)), TEXT), max_size=4
    ),
    st.dictionaries(st.builds(Ref, TEXT, st.tuples(TEXT, TEXT)), TEXT, max_size=3),
    st.lists(st.builds(Finding, TEXT, st.sampled_from(Severity), TEXT, TEXT, TEXT), max_size=2),
)


@given(CATALOGS)
def test_nothing_is_lost(original: Catalog) -> None:
    copy = load(dump(original))
    assert copy.facts == original.facts
    assert copy.edges == original.edges
    assert copy.origin == original.origin
    assert copy.fingerprint == original.fingerprint
    assert dump(copy) == dump(original)


def test_lines_are_in_the_order_of_names() -> None:
    kinds = [msgspec.json.decode(line)["kind"] for line in dump(SMALL).splitlines()]
    assert kinds == ["snapshot", "schema", "table"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no snapshot"),
        (b"select 1;\n", "no snapshot"),
        (b'{"kind":"table"}\n', "no snapshot"),
        (dump(SMALL).replace(b'"format":%d' % FORMAT, b'"format":99'), "format 99"),
        (dump(SMALL)[:-20], "cannot be read"),
        (dump(SMALL).rstrip(b"\n").rpartition(b"\n")[0] + b"\n", "cut off"),
        (dump(SMALL).replace(b'"kind":"table"', b'"kind":"tabel"'), "cannot be read"),
        (dump(SMALL).replace(b'"options"', b'"option"'), "cannot be read"),
        (b"\xff\xfe\x00", "no snapshot"),
    ],
)
def test_bad_ones_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(NotUnderstood, match=reason) as refused:
        load(content, "shop.snapshot")
    assert "shop.snapshot" in refused.value.message
    assert "seachange snapshot" in refused.value.advice


def test_secrets_are_in_no_snapshot(database: str) -> None:
    """Also those with spaces, ampersands and quotes in them."""
    secrets = ("hidden", r"hid\ den", "hid&den", "'hid den'")
    with psycopg.connect(database, autocommit=True) as session:
        session.execute("create foreign data wrapper w options (api_key 'hidden')")
        session.execute("create server s foreign data wrapper w options (password 'hidden')")
        session.execute("create foreign table t (id int) server s options (token 'hidden')")
        session.execute("create user mapping for public server s options (user 'ann', anything 'hidden')")
        strings = [f"host=h password={secret} user=ann" for secret in secrets]
        strings += [
            "postgresql://ann:hidden@h/d",
            "postgresql://ann@h/d?password=hidden&sslkey=hidden&connect_timeout=1",
        ]
        for number, string in enumerate(strings):
            quoted = string.replace("'", "''")
            options = "with (connect = false, slot_name = none)"
            session.execute(f"create subscription s{number} connection '{quoted}' publication p {options}")
    content = dump(catalog(database))
    assert b"hid" not in content
    assert content.count(b"ann") == len(strings) + 1
