"""Foreign keys that PostgreSQL cannot make."""

from __future__ import annotations

from tests.repairs.mending import Databases, adapted, answers, chosen, texts

CORE = """
CREATE SCHEMA core;
CREATE TABLE core.product (product_id uuid PRIMARY KEY, name text, gone boolean);
CREATE VIEW core.shown AS SELECT p.product_id AS number, p.name FROM core.product p WHERE NOT gone;
CREATE VIEW products AS SELECT number AS id, name FROM core.shown;
"""


def test_table_behind_views_and_renamed_columns(databases: Databases) -> None:
    found = adapted(databases, CORE, "CREATE TABLE t (p uuid REFERENCES products(id) ON DELETE CASCADE)")
    assert texts(found) == ["CREATE TABLE t (p uuid REFERENCES core.product(product_id) ON DELETE CASCADE)"]
    assert chosen(found) == [("key-to-view products", "base-table")]


def test_column_that_is_computed_is_no_key(databases: Databases) -> None:
    state = "CREATE TABLE t (id integer PRIMARY KEY); CREATE VIEW v AS SELECT id + 1 AS id FROM t"
    found = adapted(databases, state, "CREATE TABLE u (p integer NOT NULL REFERENCES v (id))")
    assert texts(found) == ["CREATE TABLE u (p integer NOT NULL)"]


def test_unique_index_added_where_rows_allow_it(databases: Databases) -> None:
    state = "CREATE TABLE p (sku text); INSERT INTO p VALUES ('a'), ('b')"
    found = adapted(databases, state, "CREATE TABLE t (sku text REFERENCES p (sku))")
    assert texts(found)[0] == "CREATE UNIQUE INDEX ON p (sku)"
    twice = adapted(databases, state + ", ('a')", "CREATE TABLE t (sku text REFERENCES p (sku))")
    assert answers(twice, "key-to-no-key p (sku)") == ["leave-out"]
    assert texts(twice) == ["CREATE TABLE t (sku text)"]


def test_table_without_a_primary_key(databases: Databases) -> None:
    found = adapted(databases, "CREATE TABLE p (sku text)", "CREATE TABLE t (sku text REFERENCES p)")
    assert texts(found) == ["CREATE TABLE t (sku text)"]


def test_new_column_gets_the_type_of_the_key(databases: Databases) -> None:
    state = "CREATE TABLE u (id uuid PRIMARY KEY)"
    found = adapted(
        databases, state, "CREATE TABLE t (u  text NOT NULL REFERENCES u, FOREIGN KEY (u) REFERENCES u (id))"
    )
    assert texts(found) == ["CREATE TABLE t (u  uuid NOT NULL REFERENCES u, FOREIGN KEY (u) REFERENCES u (id))"]


def test_column_that_is_there_keeps_its_type(databases: Databases) -> None:
    state = "CREATE TABLE u (id uuid PRIMARY KEY); CREATE TABLE t (u text)"
    found = adapted(databases, state, "ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES u; SELECT 1")
    assert answers(found, "key-type t.u") == ["leave-out", "align-type"]
    assert texts(found) == ["SELECT 1"]
