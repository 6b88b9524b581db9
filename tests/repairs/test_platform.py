"""Functions of a hosting platform."""

from __future__ import annotations

from tests.repairs.mending import Databases, adapted, answers, ask, chosen, mended, texts

TABLE = "CREATE TABLE doc (id integer, owner uuid DEFAULT gen_random_uuid()); ALTER TABLE doc ENABLE ROW LEVEL SECURITY"


def test_read_from_a_setting(databases: Databases) -> None:
    script = (
        "CREATE POLICY own ON doc USING (owner = auth.uid( ) AND auth.role() = 'authenticated');"
        "ALTER TABLE doc ALTER COLUMN owner SET DEFAULT auth.uid()"
    )
    found = adapted(databases, TABLE, script)
    assert texts(found) == [
        "CREATE POLICY own ON doc USING (owner = (SELECT NULLIF(current_setting('app.user_id', true), '')::uuid) "
        "AND (SELECT NULLIF(current_setting('app.role', true), '')) = 'authenticated')",
        "ALTER TABLE doc ALTER COLUMN owner SET DEFAULT (NULLIF(current_setting('app.user_id', true), '')::uuid)",
    ]
    assert answers(found, "missing-function auth.uid") == ["setting", "stand-in"]


def test_the_setting_that_policies_here_read_already(databases: Databases) -> None:
    state = TABLE + "; CREATE POLICY mine ON doc USING (owner = current_setting('app.current_user_id', true)::uuid)"
    found = adapted(databases, state, "CREATE POLICY own ON doc FOR DELETE USING (owner = auth.uid())")
    assert "current_setting('app.current_user_id', true)" in texts(found)[0]


def test_a_function_in_its_place(databases: Databases) -> None:
    first, second = databases(2)
    script = "CREATE POLICY own ON doc USING (owner = auth.uid()); CREATE POLICY two ON doc USING (auth.uid() IS NULL)"
    found = mended(first, TABLE, script, {"missing-function auth.uid": "stand-in"})
    assert texts(found)[0] == "CREATE SCHEMA auth"
    assert chosen(found) == [("missing-function auth.uid", "stand-in")]
    user = "00000000-0000-0000-0000-000000000001"
    assert ask(first, f"SELECT auth.uid()::text FROM set_config('app.user_id', '{user}', false)") == [(user,)]
    assert not any(draft.refusal or draft.done for draft in mended(second, TABLE, ";".join(texts(found))).all)


def test_in_the_body_of_a_function(databases: Databases) -> None:
    script = "CREATE FUNCTION me() RETURNS uuid LANGUAGE sql AS $$ SELECT auth.uid() /* auth.uid() */ $$"
    found = adapted(databases, "", script)
    assert texts(found) == [
        "CREATE FUNCTION me() RETURNS uuid LANGUAGE sql AS "
        "$$ SELECT (NULLIF(current_setting('app.user_id', true), '')::uuid) /* auth.uid() */ $$"
    ]


def test_in_a_body_that_nobody_looks_at_before_it_runs(databases: Databases) -> None:
    script = (
        "CREATE FUNCTION m() RETURNS text LANGUAGE plpgsql AS $$BEGIN RETURN auth.role() || uuid_generate_v4(); END$$;"
        "CREATE FUNCTION own() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN digest(); END $$;"
        "CREATE FUNCTION digest() RETURNS text LANGUAGE sql AS $$ SELECT '' $$"
    )
    found = adapted(databases, "", script)
    assert chosen(found) == [("missing-function auth.role", "setting"), ("missing-function uuid_generate_v4", "core")]
    assert "RETURN (NULLIF(current_setting('app.role', true), '')) || gen_random_uuid()" in texts(found)[0]
