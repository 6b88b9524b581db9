"""Indexes over what changes by itself."""

from __future__ import annotations

from tests.repairs.mending import Databases, adapted, answers, ask, mended, texts

TABLE = "CREATE TABLE t (id integer, a boolean, until timestamptz, n integer)"


def test_predicate_without_the_part_that_changes(databases: Databases) -> None:
    script = (
        "CREATE INDEX i ON t (id) WHERE until > now();"
        "CREATE INDEX j ON t (id)  WHERE a AND (until > now()) AND n BETWEEN 1 AND 3;"
        "CREATE INDEX k ON t (id) WHERE a OR until > now()"
    )
    assert texts(adapted(databases, TABLE, script)) == [
        "CREATE INDEX i ON t (id)",
        "CREATE INDEX j ON t (id)  WHERE a AND n BETWEEN 1 AND 3",
        "CREATE INDEX k ON t (id)",
    ]


def test_unique_index_does_not_grow_stricter_unasked(databases: Databases) -> None:
    script = "CREATE UNIQUE INDEX i ON t (id) WHERE until > now()"
    found = adapted(databases, TABLE, script)
    assert texts(found) == ["CREATE INDEX i ON t (id)"]
    assert answers(found, "volatile-predicate i") == ["not-unique", "unique-always"]
    twice = adapted(databases, TABLE + "; INSERT INTO t VALUES (1), (1)", script)
    assert answers(twice, "volatile-predicate i") == ["not-unique"]


def test_days_are_counted_in_utc(databases: Databases) -> None:
    found = adapted(databases, TABLE, "CREATE INDEX i ON t (date(until), ((until)::date))")
    assert texts(found) == [
        "CREATE INDEX i ON t (date((until AT TIME ZONE 'UTC')), (((until AT TIME ZONE 'UTC'))::date))"
    ]


def test_generated_column_filled_by_a_trigger(databases: Databases) -> None:
    script = (
        "CREATE TABLE g (born date, n integer GENERATED ALWAYS AS (1 + 1) STORED, "
        "age double precision GENERATED ALWAYS AS (EXTRACT(year FROM age(now(), born))) STORED NOT NULL);"
        "INSERT INTO g (born) VALUES (now() - interval '400 days')"
    )
    first = databases(1)[0]
    found = mended(first, "", script)
    assert texts(found)[0] == (
        "CREATE TABLE g (born date, n integer GENERATED ALWAYS AS (1 + 1) STORED, age double precision NOT NULL)"
    )
    assert ask(first, "SELECT n, age FROM g") == [(2, 1.0)]
    assert not any(draft.refusal for draft in found.all)
