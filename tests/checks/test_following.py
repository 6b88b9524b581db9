"""A script followed without a server leads to what it leads to on one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import (
    Column,
    DefaultValue,
    Index,
    MaterializedView,
    Policy,
    Sequence,
    Statistics,
    Table,
    TableConstraint,
    Trigger,
    View,
)
from seachange.catalog.facts.relations import Schema as SchemaFact
from seachange.catalog.facts.routines import Function
from seachange.catalog.facts.types import CompositeType, Domain, DomainConstraint, Enum, Range
from seachange.checks.following import following
from seachange.checks.world import World
from seachange.postgres.extract import extract
from seachange.sql.migration import taken_apart

SCRIPTS = Path(__file__).parent / "following"
TOLD: dict[type[Fact], tuple[str, ...]] = {
    SchemaFact: (),
    Table: ("parents", "row_security", "force_row_security", "unlogged", "partition_key"),
    Column: ("type", "not_null", "identity", "generated", "collation"),
    DefaultValue: (),
    TableConstraint: ("type", "columns", "references", "referenced_columns", "validated", "on_delete", "deferrable"),
    Index: ("table", "unique", "columns", "method", "constraint", "include"),
    View: (),
    MaterializedView: ("populated",),
    Sequence: ("type", "owned_by", "owned_by_column", "identity"),
    Statistics: ("table",),
    Trigger: ("enabled",),
    Policy: ("command", "permissive", "roles"),
    Function: ("language", "volatility", "returns", "strict", "security_definer", "settings"),
    Enum: ("labels",),
    Domain: ("type", "not_null"),
    DomainConstraint: ("validated",),
    CompositeType: (),
    Range: ("subtype",),
}
"""What is compared of each kind: that it is there, and these."""


def _told(facts: World) -> Iterator[tuple[object, ...]]:
    for kind, fields in TOLD.items():
        for fact in facts.of(kind):
            if not (isinstance(fact, TableConstraint) and fact.type == "not null"):
                yield (fact.ref.kind, fact.names, fact.args, *((field, getattr(fact, field)) for field in fields))


@pytest.mark.newest
@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.sql")), ids=lambda path: path.stem)
@pytest.mark.parametrize("given", [True, False], ids=["with a catalog", "without"])
def test_world_is_what_the_server_makes(path: Path, given: bool, database: str) -> None:
    before, _, script = path.read_text().partition("-- migration\n")
    with psycopg.connect(database, autocommit=True) as session:
        if given:
            session.execute(before.encode())
            world, text = World(extract(session)), script
        else:
            world, text = World(), before + script
        for written in taken_apart(text.encode(), path.name).up:
            session.execute(written.sql.encode())
            world = following(written, world)
        session.execute("reset all")
        after = World(extract(session))
    mine, theirs = set(_told(world)), set(_told(after)) - ({("schema", ("public",), ())} if not given else set())
    assert sorted(map(str, mine - theirs)) == []
    assert sorted(map(str, theirs - mine)) == []


def test_earlier_world_stays_as_it_was() -> None:
    first, second, other = taken_apart(b"CREATE TABLE a (x int); DROP TABLE a; CREATE TABLE b (x int)", "s.sql").up
    one = following(first, World())
    two, three = following(second, one), following(other, one)
    a, b = ("public", "a"), ("public", "b")
    assert (one.is_new(a), two.at(a), three.is_new(a)) == (True, None, True)
    assert (one.at(b), two.at(b), three.is_new(b)) == (None, None, True)


def test_rollback_takes_all_back() -> None:
    world = World()
    text = b"BEGIN; SET LOCAL timezone = 'UTC'; CREATE TABLE a (x int); ROLLBACK; BEGIN; CREATE TABLE b (x int); COMMIT"
    for written in taken_apart(text, "s.sql").up:
        world = following(written, world)
    assert world.at(("public", "a")) is None
    assert world.is_new(("public", "b"))
    assert world.setting("timezone") is None


def test_renamed_table_is_not_new() -> None:
    world = World()
    for written in taken_apart(b"ALTER TABLE old RENAME TO current; CREATE TEMP TABLE t (x int)", "s.sql").up:
        world = following(written, world)
    assert not world.is_new(("public", "current"))
    assert world.is_new(("pg_temp", "t"))
