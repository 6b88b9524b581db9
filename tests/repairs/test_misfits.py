"""Rows that do not fit, and types that cannot be changed just so."""

from __future__ import annotations

import psycopg

from tests.plugins.servers import Server
from tests.repairs.mending import Databases, adapted, keys, mended, texts

STATE = """
CREATE TYPE role AS ENUM ('staff', 'customer');
CREATE TABLE person (id integer PRIMARY KEY, boss integer, role varchar(20) DEFAULT 'customer', age integer);
INSERT INTO person VALUES (1, 7, 'admin', -1), (2, NULL, 'staff', 30);
CREATE VIEW roles AS SELECT role, count(*) FROM person GROUP BY role;
"""


def _refused(found: object) -> list[str]:
    return [draft.refusal.said for draft in found.all if draft.refusal]  # type: ignore[attr-defined]


def _asked(database: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database, autocommit=True) as session:
        return session.execute(query.encode()).fetchall()


def test_check_and_foreign_key_hold_for_new_rows(server: Server, database: str) -> None:
    script = """
    ALTER TABLE person ADD CONSTRAINT age CHECK (age > 0);
    ALTER TABLE person ADD CONSTRAINT boss FOREIGN KEY (boss) REFERENCES person (id);
    """
    found = mended(database, STATE, script)
    assert not _refused(found)
    assert all(text.endswith("NOT VALID") for text in texts(found))
    assert all("VALIDATE CONSTRAINT" in draft.done[0].repair.follows for draft in found.all)


def test_not_null_becomes_a_check_that_is_not_valid(server: Server, database: str) -> None:
    found = mended(database, STATE, "ALTER TABLE person ALTER COLUMN boss SET NOT NULL;")
    assert not _refused(found)
    with psycopg.connect(database) as session:
        try:
            session.execute("insert into person (id) values (3)")
        except psycopg.errors.CheckViolation:
            return
    raise AssertionError("a null was taken")


def test_unique_over_duplicates_is_left_out_and_asked_about(server: Server, database: str) -> None:
    found = mended(
        database,
        STATE + "INSERT INTO person VALUES (3, NULL, 'staff', 2);",
        "CREATE UNIQUE INDEX one ON person (role);",
    )
    assert texts(found) == []
    assert found.all[0].done[0].question.open


def test_rows_that_are_there_stay(server: Server, databases: Databases) -> None:
    script = """
    INSERT INTO person (id, role) VALUES (2, 'new'), (3, 'staff');
    INSERT INTO person (id) SELECT 2 RETURNING id -- which was there
    """
    found = adapted(databases, STATE, script)
    assert texts(found) == [
        "INSERT INTO person (id, role) VALUES (2, 'new'), (3, 'staff') ON CONFLICT DO NOTHING",
        "INSERT INTO person (id) SELECT 2 ON CONFLICT DO NOTHING RETURNING id",
    ]
    assert not any(done.question.open for draft in found.all for done in draft.done)


def test_rows_that_do_not_fit_are_left_out_and_asked_about(server: Server, databases: Databases) -> None:
    found = adapted(databases, STATE, "INSERT INTO person (id) VALUES (NULL); INSERT INTO person (id) VALUES (8);")
    assert texts(found) == ["INSERT INTO person (id) VALUES (8)"]
    assert found.all[0].done[0].question.open


def test_a_second_key_that_is_taken_is_asked_about(server: Server, databases: Databases) -> None:
    """ON CONFLICT was there, and speaks of another key."""
    state = STATE + "CREATE UNIQUE INDEX ON person (age);"
    script = "INSERT INTO person (id, age) VALUES (9, 30) ON CONFLICT (id) DO NOTHING;"
    found = adapted(databases, state, script)
    assert texts(found) == []
    assert found.all[0].done[0].question.open


def test_statement_of_a_block_is_mended_there(server: Server, database: str) -> None:
    script = """DO $$
    BEGIN
        -- the age
        ALTER TABLE person ADD CONSTRAINT age CHECK (age > 0);
    END $$;"""
    found = mended(database, STATE, script)
    assert texts(found)[0] == script.rstrip(";").replace("CHECK (age > 0);", "CHECK (age > 0) NOT VALID;")


def test_type_change_with_default_value_and_view_in_the_way(server: Server, database: str) -> None:
    found = mended(database, STATE, "ALTER TABLE person ALTER COLUMN role TYPE role USING role::role;")
    assert not _refused(found)
    assert _asked(database, "select pg_typeof(role)::text, role::text from person order by id") == [
        ("role", "admin"),
        ("role", "staff"),
    ]
    assert _asked(database, "select count(*) from roles") == [(2,)]
    assert _asked(database, "insert into person (id) values (9) returning role::text") == [("customer",)]
    assert {key.partition(" ")[0] for key in keys(found)} == {"leaned-on", "no-label"}


def test_missing_conversion_is_told(server: Server, database: str) -> None:
    state = "CREATE TABLE t (n text); INSERT INTO t VALUES ('1'), ('2');"
    found = mended(database, state, "ALTER TABLE t ALTER COLUMN n TYPE integer;")
    assert texts(found) == ["ALTER TABLE t ALTER COLUMN n TYPE integer USING n::integer"]


def test_type_change_with_a_default_in_the_way(server: Server, database: str) -> None:
    state = STATE + "DROP VIEW roles; DELETE FROM person WHERE role = 'admin';"
    found = mended(database, state, "ALTER TABLE person ALTER COLUMN role TYPE role USING role::role;")
    assert keys(found) == ["default-in-the-way public.person.role"]
    assert _asked(database, "insert into person (id) values (9) returning role::text") == [("customer",)]
