"""Functions that core has under another name or in another form, and those that triggers call."""

from __future__ import annotations

import pytest

from tests.plugins.servers import Server
from tests.repairs.mending import Databases, adapted, answers, ask, chosen, keys, mended, texts


def test_core_has_it(server: Server, database: str) -> None:
    found = mended(
        database, "", "CREATE TABLE t (id uuid DEFAULT  uuid_generate_v4( ) , n text DEFAULT 'uuid_generate_v4()')"
    )
    assert texts(found) == [
        "CREATE TABLE t (id uuid DEFAULT  gen_random_uuid( ) , n text DEFAULT 'uuid_generate_v4()')"
    ]
    assert keys(found) == ["missing-function uuid_generate_v4"]


@pytest.mark.versions(max=17)
def test_ordered_identifiers_before_18(databases: Databases, server: Server) -> None:
    found = adapted(databases, "", "CREATE TABLE t (id uuid DEFAULT uuidv7())")
    assert texts(found) == ["CREATE TABLE t (id uuid DEFAULT gen_random_uuid())"]
    assert "order of time" in found.all[0].done[0].repair.follows


STATE = "CREATE TABLE t (a date, b date, f double precision, u uuid, s text, y bytea); INSERT INTO t (s) VALUES ('é')"


@pytest.mark.parametrize(
    ("expression", "after"),
    [
        ("EXTRACT(DAY FROM (a - b))", "(a - b)"),
        ("greatest(1, EXTRACT(DAY FROM a - b))", "greatest(1, (a - b))"),
        ("EXTRACT(EPOCH FROM a - b)", "((a - b) * 86400)"),
        ("date_part('day', a - b)", "(a - b)"),
        ("round(f * 2, 1)", "round((f * 2)::numeric, 1)"),
        ("encode(digest(s, 'sha256'), 'hex')", "encode(sha256(convert_to(s, 'UTF8')), 'hex')"),
        ("digest(y, 'sha512'::text)", "sha512(y)"),
    ],
)
def test_what_was_meant(databases: Databases, expression: str, after: str) -> None:
    assert texts(adapted(databases, STATE, f"CREATE VIEW v AS SELECT {expression} AS x FROM t")) == [
        f"CREATE VIEW v AS SELECT {after} AS x FROM t"
    ]


@pytest.mark.versions(max=17)
def test_the_least_identifier(databases: Databases, server: Server) -> None:
    found = adapted(databases, STATE, "CREATE VIEW v AS SELECT min(u) AS x FROM t")
    assert texts(found) == ["CREATE VIEW v AS SELECT min((u)::text)::uuid AS x FROM t"]


def test_an_extension_that_can_be_installed(databases: Databases) -> None:
    found = adapted(databases, STATE, "CREATE VIEW v AS SELECT crypt(s, gen_salt('bf')) AS x FROM t")
    assert texts(found)[0] == "CREATE EXTENSION IF NOT EXISTS pgcrypto"


TABLE = "CREATE TABLE t (id integer, updated_at timestamptz); "
TRIGGER = "CREATE TRIGGER a BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION {}()"
TOUCH = (
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ begin new.updated_at = now(); return new; end; $$"
)


def test_trigger_calls_the_function_that_does_the_same(databases: Databases) -> None:
    found = adapted(databases, TABLE + TOUCH, TRIGGER.format("set_updated_at"))
    assert texts(found) == [TRIGGER.format("public.touch")]
    assert answers(found, "missing-function set_updated_at") == ["map:public.touch", "stand-in", "leave-out"]


def test_a_function_that_does_more_is_not_taken(databases: Databases) -> None:
    more = TOUCH.replace("return new", "perform 1; return new")
    found = adapted(databases, TABLE + more, TRIGGER.format("set_updated_at"))
    assert answers(found, "missing-function set_updated_at") == ["stand-in", "leave-out"]


def test_stand_in_that_sets_the_time(databases: Databases) -> None:
    first, _ = databases(2)
    found = mended(first, TABLE + "INSERT INTO t VALUES (1)", TRIGGER.format("update_updated_at_column"))
    assert chosen(found) == [("missing-function update_updated_at_column", "stand-in")]
    assert ask(first, "UPDATE t SET id = 2 RETURNING updated_at = now()") == [(True,)]


def test_stand_in_that_keeps_an_audit(databases: Databases) -> None:
    first, second = databases(2)
    trigger = TRIGGER.replace("BEFORE UPDATE", "AFTER INSERT OR UPDATE OR DELETE").format("audit_trigger_function")
    script = f"{trigger}; {trigger.replace('TRIGGER a', 'TRIGGER b')}; INSERT INTO t VALUES (1); DELETE FROM t"
    found = mended(first, TABLE + "CREATE TABLE audit_entry (id integer)", script)
    assert keys(found) == ["missing-function audit_trigger_function"]
    rows = ask(first, "SELECT operation, old_row ->> 'id', new_row ->> 'id' FROM audit_entry_2 ORDER BY id")
    assert rows == [("INSERT", None, "1"), ("INSERT", None, "1"), ("DELETE", "1", None), ("DELETE", "1", None)]
    assert not any(draft.refusal for draft in mended(second, TABLE, ";".join(texts(found))).all)


def test_trigger_whose_function_nobody_knows(databases: Databases) -> None:
    found = adapted(databases, TABLE, TRIGGER.format("do_something"))
    assert texts(found) == []
    assert found.all[0].done[0].question.open
