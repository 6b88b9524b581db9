"""The few names that are read out of statements."""

from __future__ import annotations

import pytest

from seachange.sql import parse


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE DATABASE {} WITH TEMPLATE = template0",
        "ALTER DATABASE {} SET search_path TO 'a, b'",
        "ALTER DATABASE {} OWNER TO bob",
        "ALTER DATABASE {} CONNECTION LIMIT 5",
        "COMMENT ON DATABASE {} IS 'the database \"shop\"'",
        "GRANT CONNECT ON DATABASE {} TO bob",
        "REVOKE ALL ON DATABASE {} FROM PUBLIC",
        "ALTER ROLE database IN DATABASE {} SET work_mem TO '1MB'",
        "SECURITY LABEL ON DATABASE {} IS 'x'",
    ],
)
@pytest.mark.parametrize(("name", "written"), [("shop", "Shop"), ('odd "é name', '"odd ""é name"')])
def test_a_database_is_found_and_renamed(sql: str, name: str, written: str) -> None:
    statement = sql.format(written)
    assert parse.database(statement) == name
    assert parse.rename_database(statement, name, '"new"') == sql.format('"new"')


def test_a_database_to_be_dropped_is_found() -> None:
    assert parse.database("DROP DATABASE IF EXISTS Shop") == "shop"


@pytest.mark.parametrize("sql", ["COMMENT ON TABLE database IS 'x'", "GRANT SELECT ON database TO x", "not sql", ""])
def test_other_statements_name_no_database(sql: str) -> None:
    assert parse.database(sql) is None


def test_a_subscription_is_made_without_a_call() -> None:
    later = parse.connect_later(
        "CREATE SUBSCRIPTION s CONNECTION 'host=a' PUBLICATION p WITH (create_slot = true, slot_name = x, binary)"
    )
    assert parse.connect_later(later) == later
    assert "connect = false" in later
    assert "slot_name = x" in later
    assert "create_slot" not in later


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE ROLE bob LOGIN PASSWORD 'geheim'",
        "ALTER USER bob PASSWORD E'geheim'",
        "CREATE USER MAPPING FOR bob SERVER s OPTIONS (password 'geheim')",
        "CREATE SUBSCRIPTION s CONNECTION 'password=geheim' PUBLICATION p",
    ],
)
def test_secrets_are_not_shown(sql: str) -> None:
    shown = parse.without_secrets(sql)
    assert "geheim" not in shown
    assert shown.startswith(sql[:12])


def test_other_strings_are_shown() -> None:
    assert parse.without_secrets("COMMENT ON TABLE t IS 'x'") == "COMMENT ON TABLE t IS 'x'"


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SET a_b = 0", "a_b"),
        ("SET LOCAL x.y TO 'z'", "x.y"),
        ("SET TIME ZONE 'UTC'", "timezone"),
        ("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", None),
        ("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE", None),
        ("SET CONSTRAINTS ALL DEFERRED", None),
    ],
)
def test_a_setting_is_found(sql: str, name: str | None) -> None:
    assert parse.setting(sql) == name


def test_roles_are_found_wherever_they_stand() -> None:
    sql = "GRANT SELECT ON t TO a, b; ALTER TABLE t OWNER TO c; CREATE POLICY p ON t TO d, PUBLIC, CURRENT_USER"
    assert parse.roles_named(sql) == {"a", "b", "c", "d"}


def test_parameters_are_told_apart() -> None:
    found = parse.parameters("""a integer, OUT "B, c" p."Ty, pe"[], INOUT io text DEFAULT ')', VARIADIC "any" """)
    assert found == (
        parse.Parameter("a", ("pg_catalog", "int4"), taken=True, given=False, defaulted=False),
        parse.Parameter("B, c", ("p", "Ty, pe", "[]"), taken=False, given=True, defaulted=False),
        parse.Parameter("io", ("text",), taken=True, given=True, defaulted=True),
        parse.Parameter("", ("any",), taken=True, given=False, defaulted=False),
    )
    assert parse.parameters("") == ()
    assert parse.parameters("a integer ORDER BY b integer") is None


@pytest.mark.parametrize(("each", "expected"), [("ROW", True), ("STATEMENT", False)])
def test_triggers_for_each_row_are_told(each: str, expected: bool) -> None:
    sql = (
        f"""CREATE TRIGGER " FOR EACH ROW " AFTER INSERT ON p.t FOR EACH {each} EXECUTE FUNCTION p.f('FOR EACH ROW')"""
    )
    assert parse.fires_per_row(sql) is expected
