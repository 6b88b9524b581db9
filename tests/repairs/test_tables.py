"""Tables that are missing."""

from __future__ import annotations

import pytest

from seachange.repairs.repair import Outcome
from tests.repairs.mending import Databases, adapted, answers, ask, chosen, mended, texts

USERS = "CREATE TABLE users (id uuid PRIMARY KEY, name text)"


def test_foreign_key_left_out_and_the_rest_kept(databases: Databases) -> None:
    found = adapted(
        databases,
        "",
        "CREATE TABLE t (id int PRIMARY KEY, o uuid NOT NULL REFERENCES organization (id) ON DELETE CASCADE, n text);"
        "ALTER TABLE t ADD CONSTRAINT again FOREIGN KEY (o) REFERENCES organization;"
        "ALTER TABLE t ADD COLUMN other uuid REFERENCES organization UNIQUE",
    )
    assert texts(found) == [
        "CREATE TABLE t (id int PRIMARY KEY, o uuid NOT NULL, n text)",
        "ALTER TABLE t ADD COLUMN other uuid UNIQUE",
    ]
    assert {key for key, _ in chosen(found)} == {"missing-table organization"}
    assert "t.o " in found.all[0].done[0].repair.follows


def test_one_of_two_foreign_keys_stays(databases: Databases) -> None:
    script = "CREATE TABLE t (u uuid REFERENCES users, o uuid, FOREIGN KEY (o) REFERENCES gone (id))"
    found = adapted(databases, USERS, script)
    assert texts(found) == ["CREATE TABLE t (u uuid REFERENCES users, o uuid)"]


def test_stand_in_has_the_type_of_the_key_and_rows_for_what_is_there(databases: Databases) -> None:
    state = "CREATE TABLE t (id integer, org bigint); INSERT INTO t VALUES (1, 7), (2, 7), (3, NULL)"
    first, second = databases(2)
    script = "ALTER TABLE t ADD FOREIGN KEY (org) REFERENCES organization (number)"
    found = mended(first, state, script, {"missing-table organization": "stand-in"})
    assert not any(draft.refusal for draft in found.all)
    assert ask(first, "SELECT number FROM organization") == [(7,)]
    assert [draft.done[0].repair.outcome for draft in found.all] == [Outcome.STAND_IN] * 4
    again = mended(second, state, ";".join(texts(found)))
    assert not any(draft.refusal or draft.done for draft in again.all)


def test_stand_in_is_not_taken_for_the_table_that_needs_it(databases: Databases) -> None:
    state = "CREATE TABLE item (id bigint PRIMARY KEY); CREATE VIEW products AS SELECT id FROM item"
    script = "CREATE TABLE t (a bigint REFERENCES tenant (id), b bigint REFERENCES products (id))"
    found = mended(databases(1)[0], state, script, {"missing-table tenant": "stand-in"})
    assert texts(found)[-1] == "CREATE TABLE t (a bigint REFERENCES tenant (id), b bigint REFERENCES item(id))"
    assert {key for key, _ in chosen(found)} == {"missing-table tenant", "key-to-view products"}


def test_stand_in_where_a_policy_reads_it(databases: Databases) -> None:
    state = "CREATE TABLE doc (id integer, org_id uuid); ALTER TABLE doc ENABLE ROW LEVEL SECURITY"
    script = (
        "CREATE POLICY own ON doc USING (org_id = (SELECT p.org_id FROM profile p WHERE p.active));"
        "CREATE POLICY admin ON doc FOR DELETE USING ((SELECT role FROM profile LIMIT 1) IN ('admin', 'owner'))"
    )
    first, second = databases(2)
    found = mended(first, state, script)
    assert not any(draft.refusal for draft in found.all)
    assert chosen(found) == [("missing-table profile", "stand-in")]
    columns = ask(first, "SELECT attname::text, format_type(atttypid, null) FROM pg_attribute"
                  " WHERE attrelid = 'profile'::regclass AND attnum > 0 ORDER BY attname")  # fmt: skip
    assert columns == [("active", "boolean"), ("org_id", "uuid"), ("role", "text")]
    assert not any(draft.refusal or draft.done for draft in mended(second, state, ";".join(texts(found))).all)


def test_table_of_the_same_name_in_another_schema_or_number(databases: Databases) -> None:
    state = "CREATE SCHEMA core; CREATE TABLE core.organization (org_id uuid PRIMARY KEY)"
    found = adapted(databases, state, "CREATE TABLE t (o uuid REFERENCES organizations (id))")
    assert chosen(found) == [("missing-table organizations", "map:core.organization")]
    assert texts(found) == ["CREATE TABLE t (o uuid REFERENCES core.organization (org_id))"]


def test_no_candidate_whose_key_has_another_type(databases: Databases) -> None:
    state = "CREATE TABLE organization (id integer PRIMARY KEY)"
    found = adapted(databases, state, "CREATE TABLE t (o uuid REFERENCES organizations (id))")
    assert answers(found, "missing-table organizations") == ["leave-out", "stand-in"]


def test_a_name_that_somebody_gave(databases: Databases) -> None:
    found = adapted(
        databases,
        "CREATE SCHEMA crm; CREATE TABLE crm.person (id integer PRIMARY KEY, name text)",
        "CREATE VIEW v AS SELECT staff.name FROM staff; CREATE INDEX i ON staff (name); COMMENT ON TABLE staff IS 'x'",
        maps={"staff": "crm.person"},
    )
    assert texts(found) == [
        "CREATE VIEW v AS SELECT staff.name FROM crm.person AS staff",
        "CREATE INDEX i ON crm.person (name)",
        "COMMENT ON TABLE crm.person IS 'x'",
    ]


@pytest.mark.parametrize(
    "refused", ["CREATE TABLE t (id int CHECK (id > 'x'))", "CREATE TABLE IF NOT EXISTS t (id int int)"]
)
def test_what_needs_a_refused_statement_is_not_asked_about(databases: Databases, refused: str) -> None:
    found = mended(databases(1)[0], "", f"{refused}; CREATE INDEX i ON t (id); COMMENT ON TABLE t IS 'x'")
    assert len([draft for draft in found.all if draft.refusal]) == 3
    assert chosen(found) == []


def test_an_index_alone_makes_no_stand_in(databases: Databases) -> None:
    found = adapted(databases, "", "CREATE INDEX i ON gone (id)")
    assert chosen(found) == [("missing-table gone", "leave-out")]
    assert texts(found) == []


def test_schema_and_table_are_missing(databases: Databases) -> None:
    script = "CREATE TABLE t (u uuid REFERENCES auth.users (id))"
    found = adapted(databases, "", script, {"missing-table auth.users": "stand-in"})
    assert texts(found)[0] == "CREATE SCHEMA auth"
    assert texts(found)[-1] == script
