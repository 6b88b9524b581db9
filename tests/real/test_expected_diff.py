"""The difference between two real databases, as people worked it out without us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
import pytest

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import DefaultValue, TableColumn
from seachange.catalog.ref import Ref
from seachange.compare import changes
from seachange.compare.change import Alter, Change, Create, Drop
from seachange.postgres.load import load
from seachange.postgres.scratch import Scratch
from seachange.sql.script import read
from tests.corpus import corpus
from tests.plugins.servers import Server
from tests.real.mirrors import catalog

STAGES = "real/2-eight-stages"
LISTS = {
    "table": "tables",
    "table column": "columns",
    "view": "views",
    "materialized view": "views",
    "function": "functions",
    "trigger": "triggers",
    "index": "indexes",
    "table constraint": "constraints",
    "sequence": "sequences",
    "enum": "enums",
    "extension": "extensions",
}
VERBS = ("create", "drop")
FOLLOWS = {"owner", "default value", "comment"}
"""Kinds that the lists do not have: what they say belongs to something that the lists name."""
Entry = tuple[object, ...]


@pytest.mark.parametrize("form", ["nogis", "postgis"])
def test_the_difference_is_the_one_that_people_found(form: str, server: Server, scratch: Scratch) -> None:
    if form == "postgis" and server.major != 15:
        pytest.skip("PostGIS is at hand for PostgreSQL 15 only")
    current, desired = (_state(f"{name}.{form}", scratch) for name in ("current_before", "legacy"))
    found = changes(current, desired)
    assert _listed(found, current, desired) == _expected()
    assert {change.ref.kind for change in found} <= LISTS.keys() | FOLLOWS


def _state(name: str, scratch: Scratch) -> Catalog:
    script = read(corpus(f"{STAGES}/states/{name}.sql"))
    with scratch.empty() as conninfo:
        load(conninfo, (script,), own_server=True)
        return catalog(conninfo)


def _expected() -> dict[tuple[str, str], set[Entry]]:
    sides = {"only_in_legacy": "create", "only_in_current": "drop"}
    given = msgspec.json.decode(corpus(f"{STAGES}/expected/expected_diff.json").read_bytes())
    return {
        (verb, kind): {_entry(kind, item) for item in given[kind][side]}
        for kind in given
        for side, verb in sides.items()
    }


def _entry(kind: str, item: str | list[object]) -> Entry:
    """An item of the lists: a name, or a path with more.  A function is known by its name and its arguments' types."""
    if isinstance(item, list):
        return tuple(item)
    if kind != "functions":
        return (item.removeprefix("public."),)
    name, _, arguments = item.removesuffix(")").partition("(")
    return (name, *(argument.partition(" ")[2] for argument in arguments.split(", ") if argument))


def _listed(found: Iterable[Change], current: Catalog, desired: Catalog) -> dict[tuple[str, str], set[Entry]]:
    listed: dict[tuple[str, str], set[Entry]] = {(verb, kind): set() for kind in LISTS.values() for verb in VERBS}
    for verb, fact, state in _sides(found, current, desired):
        if kind := LISTS.get(fact.ref.kind):
            listed[verb, kind].add(_named(fact, state))
    return listed


def _sides(found: Iterable[Change], current: Catalog, desired: Catalog) -> Iterator[tuple[str, Fact, Catalog]]:
    """A column that differs is listed on both sides; other things are listed by their names alone."""
    for change in found:
        match change:
            case Create(new=new) | Alter(new=TableColumn() as new):
                yield "create", new, desired
        match change:
            case Drop(old=old) | Alter(old=TableColumn() as old):
                yield "drop", old, current


def _named(fact: Fact, state: Catalog) -> Entry:
    match fact:
        case TableColumn(names=(_, table, column)):
            default = state.get(Ref("default value", fact.names))
            expression = default.expression.replace("public.", "") if isinstance(default, DefaultValue) else None
            return (f"public.{table}", column, fact.type.replace("public.", ""), fact.not_null, expression)
    kind = fact.ref.kind
    return (*fact.names[1 if len(fact.names) > 1 else 0 :], *(fact.args if kind == "function" else ()))
