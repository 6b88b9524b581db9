"""Extensions, schemas and roles that a server does not have."""

from __future__ import annotations

from tests.plugins.servers import Server
from tests.repairs.mending import Databases, adapted, answers, chosen, texts


def test_types_of_an_extension_that_cannot_be_had(databases: Databases) -> None:
    script = (
        "CREATE EXTENSION IF NOT EXISTS vector;"
        "CREATE TABLE t (id integer, at vector(3) NOT NULL, all_of vector[] DEFAULT '{}');"
        "CREATE INDEX i ON t USING hnsw (at vector_cosine_ops)"
    )
    found = adapted(databases, "", script)
    assert texts(found) == ["CREATE TABLE t (id integer, at real[] NOT NULL, all_of real[][] DEFAULT '{}')"]
    assert "pgvector" in found.all[0].done[0].question.asks


def test_an_index_without_its_operator_class_is_left_out(databases: Databases) -> None:
    found = adapted(databases, "CREATE TABLE t (a text)", "CREATE INDEX i ON t USING gist (a)")
    assert texts(found) == []
    assert "would have served" in found.all[0].done[0].repair.follows


def test_operator_classes_of_an_extension_that_can_be_installed(databases: Databases) -> None:
    script = "CREATE INDEX i ON t USING gin (a gin_trgm_ops)"
    found = adapted(databases, "CREATE TABLE t (a text)", script)
    assert texts(found) == ["CREATE EXTENSION IF NOT EXISTS pg_trgm", script]
    plain = adapted(databases, "CREATE TABLE t (a text)", script, {"missing-operator-class gin_trgm_ops": "btree"})
    assert texts(plain) == ["CREATE INDEX i ON t (a)"]


def test_a_type_that_nobody_knows(databases: Databases) -> None:
    script = "CREATE FUNCTION f() RETURNS TABLE (b integer, c delivery_status) LANGUAGE plpgsql AS 'begin end'"
    found = adapted(databases, "", script)
    assert texts(found) == [script.replace("delivery_status", "text")]
    state = "CREATE TYPE app_status AS ENUM ('on')"
    mapped = adapted(databases, state, script, maps={"delivery_status": "app_status"})
    assert "c app_status)" in texts(mapped)[0]


def test_schema_that_the_script_fills(databases: Databases) -> None:
    script = "CREATE TABLE app.t (id integer); CREATE VIEW app.v AS SELECT id FROM app.t"
    found = adapted(databases, "", script)
    assert texts(found) == ["CREATE SCHEMA app", *script.split("; ")]
    mapped = adapted(databases, "CREATE SCHEMA main", script, maps={"app": "main"})
    assert texts(mapped) == [
        "CREATE TABLE main.t (id integer)",
        "CREATE VIEW main.v AS SELECT id FROM main.t",
    ]


def test_schema_of_something_else(databases: Databases) -> None:
    found = adapted(databases, "", "SELECT cron.schedule('0 3 * * *', 'SELECT 1')")
    assert texts(found) == []
    assert chosen(found) == [("missing-schema cron", "leave-out")]


TABLE = "CREATE TABLE t (id integer, owner text); ALTER TABLE t ENABLE ROW LEVEL SECURITY"


def test_grants_to_a_missing_role(databases: Databases, role: str) -> None:
    script = f"GRANT SELECT ON t TO {role}; GRANT SELECT ON t TO public, {role}; ALTER TABLE t OWNER TO {role}"
    assert texts(adapted(databases, TABLE, script)) == ["GRANT SELECT ON t TO public"]


def test_policies_stay_without_widening_what_is_open_to_one_role(databases: Databases, role: str) -> None:
    script = (
        f"CREATE POLICY a ON t TO {role} USING (owner = current_user);"
        f"CREATE POLICY b ON t FOR SELECT TO {role} USING (true);"
        f"CREATE POLICY c ON t TO {role}, public USING (true)"
    )
    found = adapted(databases, TABLE, script)
    assert texts(found) == [
        "CREATE POLICY a ON t USING (owner = current_user)",
        "CREATE POLICY b ON t FOR SELECT TO CURRENT_USER USING (true)",
        "CREATE POLICY c ON t TO public USING (true)",
    ]
    assert answers(found, f"missing-role {role}")[-1] == "create"


def test_a_role_that_somebody_gave(databases: Databases, server: Server, role: str) -> None:
    found = adapted(databases, TABLE, f"GRANT SELECT ON t TO {role}", maps={role: "pg_monitor"})
    assert texts(found) == ["GRANT SELECT ON t TO pg_monitor"]
