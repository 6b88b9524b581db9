"""What is there already: merged, kept, taken over, or given another name."""

from __future__ import annotations

import psycopg
import pytest

from tests.plugins.servers import Server
from tests.repairs.mending import keys, mended, texts

STATE = """
CREATE TABLE customer (id bigint PRIMARY KEY, mail varchar(20), points integer DEFAULT 0, note text);
INSERT INTO customer SELECT g, 'm' || g, g, 'kept' FROM generate_series(1, 20) g;
CREATE VIEW customer_points AS SELECT id, points FROM customer;
"""


def _refused(found: object) -> list[str]:
    return [draft.refusal.said for draft in found.all if draft.refusal]  # type: ignore[attr-defined]


def _asked(database: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database, autocommit=True) as session:
        return session.execute(query.encode()).fetchall()


def _types(database: str) -> dict[object, object]:
    query = "select column_name, data_type from information_schema.columns where table_name = 'customer'"
    return dict(_asked(database, query))  # type: ignore[arg-type]


def test_table_gets_the_columns_constraints_and_types_that_it_lacks(server: Server, database: str) -> None:
    script = """
    CREATE TABLE customer (
        id bigint PRIMARY KEY,
        mail text,  -- longer here
        points bigint DEFAULT 0,
        pending bigint NOT NULL DEFAULT 0,
        CONSTRAINT points_positive CHECK (points >= 0),
        CONSTRAINT mail_once UNIQUE (mail)
    );"""
    found = mended(database, STATE, script)
    assert not _refused(found)
    assert keys(found)[-1] == "table-there public.customer"
    columns = _asked(
        database, "select column_name, data_type from information_schema.columns where table_name = 'customer'"
    )
    assert dict(columns) == {"id": "bigint", "mail": "text", "points": "bigint", "note": "text", "pending": "bigint"}
    constraints = _asked(
        database, "select conname from pg_constraint where conrelid = 'customer'::regclass and contype <> 'n'"
    )
    assert {name for (name,) in constraints} == {"customer_pkey", "points_positive", "mail_once"}
    assert _asked(database, "select count(*), sum(points) from customer_points") == [(20, 210)]
    assert "CREATE TABLE IF NOT EXISTS customer (" in texts(found)[-1]
    assert "-- longer here" in texts(found)[-1]


def test_table_that_has_it_all_is_left_alone(server: Server, database: str) -> None:
    found = mended(database, STATE, "CREATE TABLE IF NOT EXISTS customer (id bigint PRIMARY KEY, mail varchar(20));")
    assert texts(found) == ["CREATE TABLE IF NOT EXISTS customer (id bigint PRIMARY KEY, mail varchar(20))"]
    assert not keys(found)


def test_type_that_would_lose_values_stays_and_is_told(server: Server, database: str) -> None:
    found = mended(database, STATE, "CREATE TABLE customer (id integer PRIMARY KEY, note text);")
    (done,) = found.all[-1].done
    assert done.repair.follows == "The column id stays bigint; the script wants integer."
    assert _types(database)["id"] == "bigint"


def test_missing_column_behind_if_not_exists(server: Server, database: str) -> None:
    script = "CREATE TABLE IF NOT EXISTS customer (id bigint, level integer DEFAULT 1); SELECT level FROM customer;"
    assert not _refused(mended(database, STATE, script))


def test_required_column_without_a_default(server: Server, database: str) -> None:
    found = mended(database, STATE, "CREATE TABLE IF NOT EXISTS customer (id bigint, org uuid NOT NULL);")
    assert not _refused(found)
    assert _asked(database, "select convalidated from pg_constraint where conname like 'customer_org%'") == [(False,)]


def test_enum_gets_its_labels_in_their_place(server: Server, database: str) -> None:
    state = "CREATE TYPE mood AS ENUM ('low', 'high');"
    found = mended(database, state, "CREATE TYPE mood AS ENUM ('none', 'low', 'middle', 'high');")
    assert not _refused(found)
    assert _asked(database, "select enum_range(null::mood)::text") == [("{none,low,middle,high}",)]


def test_index_that_is_the_same_is_kept(server: Server, database: str) -> None:
    found = mended(
        database, STATE + "CREATE INDEX by_mail ON customer (mail);", "CREATE INDEX by_mail ON customer(mail);"
    )
    assert texts(found) == ["CREATE INDEX IF NOT EXISTS by_mail ON customer(mail)"]


@pytest.mark.parametrize("written", ["CREATE INDEX", "CREATE INDEX IF NOT EXISTS"])
def test_index_of_another_shape_gets_another_name(server: Server, database: str, written: str) -> None:
    state = STATE + "CREATE INDEX by_mail ON customer (note);"
    found = mended(database, state, f"{written} by_mail ON customer(mail);")
    assert not _refused(found)
    assert texts(found)[-1].startswith(f"{written} by_mail_")


def test_constraint_takes_the_equal_index_over(server: Server, database: str) -> None:
    state = STATE + "CREATE UNIQUE INDEX customer_mail_key ON customer (mail);"
    found = mended(database, state, "ALTER TABLE customer ADD CONSTRAINT customer_mail_key UNIQUE (mail);")
    assert texts(found) == [
        "ALTER TABLE customer ADD CONSTRAINT customer_mail_key UNIQUE USING INDEX customer_mail_key"
    ]


def test_constraint_that_says_the_same_is_left_out(server: Server, database: str) -> None:
    state = STATE + "ALTER TABLE customer ADD CONSTRAINT p CHECK (points >= 0);"
    assert texts(mended(database, state, "ALTER TABLE customer ADD CONSTRAINT p CHECK ((points) >= 0);")) == []


def test_constraint_that_says_something_else_is_asked_about(server: Server, database: str) -> None:
    state = STATE + "ALTER TABLE customer ADD CONSTRAINT p CHECK (points >= 0);"
    script = "ALTER TABLE customer ADD CONSTRAINT p CHECK (points > -5);"
    kept = mended(database, state, script, {"constraint-differs public.customer.p": "keep"})
    assert texts(kept) == []
    assert kept.all[0].done[0].question.open


def test_one_of_several_actions_is_done_already(server: Server, database: str) -> None:
    found = mended(database, STATE, "ALTER TABLE customer ADD COLUMN note text, ADD COLUMN size numeric(5, 2);")
    assert texts(found) == [
        "ALTER TABLE customer ADD COLUMN IF NOT EXISTS note text",
        "ALTER TABLE customer ADD COLUMN size numeric(5, 2)",
    ]


def test_policy_and_trigger_that_are_the_same_are_left_out(server: Server, database: str) -> None:
    made = """
    CREATE POLICY own ON customer USING (id = 1);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
    CREATE TRIGGER touched BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION touch();
    """
    script = """
    CREATE POLICY own ON customer USING (id = 1);
    CREATE TRIGGER touched BEFORE UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION touch();
    """
    assert texts(mended(database, STATE + made, script)) == []


def test_policy_that_differs_gives_way_and_is_asked_about(server: Server, database: str) -> None:
    found = mended(
        database,
        STATE + "CREATE POLICY own ON customer USING (id = 1);",
        "CREATE POLICY own ON customer USING (id = 2);",
    )
    assert texts(found) == ["DROP POLICY own ON public.customer", "CREATE POLICY own ON customer USING (id = 2)"]
    assert found.all[-1].done[0].question.open


def test_view_with_other_columns_is_made_anew_with_what_leans_on_it(server: Server, database: str) -> None:
    state = (
        STATE + "CREATE VIEW rich AS SELECT * FROM customer_points WHERE points > 5; COMMENT ON VIEW rich IS 'kept';"
    )
    found = mended(database, state, "CREATE OR REPLACE VIEW customer_points AS SELECT points, id, mail FROM customer;")
    assert not _refused(found)
    assert _asked(database, "select count(*), obj_description('rich'::regclass) from rich") == [(15, "kept")]


def test_table_where_a_view_is_gets_another_name_everywhere(server: Server, database: str) -> None:
    script = """
    CREATE TABLE customer_points (id bigint, score integer);
    CREATE INDEX ON customer_points (score);
    ALTER TABLE customer_points ENABLE ROW LEVEL SECURITY;
    """
    found = mended(database, STATE, script)
    assert texts(found) == [
        "CREATE TABLE customer_points_data (id bigint, score integer)",
        "CREATE INDEX ON customer_points_data (score)",
        "ALTER TABLE customer_points_data ENABLE ROW LEVEL SECURITY",
    ]


def test_trigger_made_event_by_event_fires_for_all(server: Server, database: str) -> None:
    script = """
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
    CREATE OR REPLACE TRIGGER touched BEFORE INSERT ON customer FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE OR REPLACE TRIGGER touched BEFORE UPDATE OF mail, note ON customer FOR EACH ROW EXECUTE FUNCTION touch();
    """
    found = mended(database, STATE, script)
    assert "BEFORE INSERT OR UPDATE OF mail, note ON" in texts(found)[-1]
