"""What the statements of a script make of its session."""

from __future__ import annotations

import pytest

from seachange.sql.migration import Migration, taken_apart
from seachange.sql.session import milliseconds, moments


def _script(sql: str, *, wrapped: bool = False) -> Migration:
    found = taken_apart(sql.encode(), "case.sql")
    return Migration(found.name, found.raw, found.statements, wrapped=wrapped)


def _transactions(sql: str, *, wrapped: bool = False) -> list[tuple[int, ...]]:
    return [tuple(moment.transaction) for moment in moments(_script(sql, wrapped=wrapped))]


def test_statement_on_its_own_is_in_no_transaction() -> None:
    assert _transactions("SELECT 1; SELECT 2") == [(), ()]


def test_begin_and_commit_are_part_of_the_transaction() -> None:
    assert _transactions("SELECT 1; BEGIN; SELECT 2; COMMIT; SELECT 3") == [(), (1, 2, 3), (1, 2, 3), (1, 2, 3), ()]


def test_tool_has_begun_a_transaction() -> None:
    assert _transactions("SELECT 1; COMMIT; SELECT 2", wrapped=True) == [(0, 1), (0, 1), ()]


def test_chain_begins_the_next() -> None:
    assert _transactions("BEGIN; COMMIT AND CHAIN; SELECT 1") == [(0, 1), (0, 1), (2,)]


def _settings(sql: str) -> dict[str, str]:
    return dict(moments(_script(f"{sql}; SELECT 1"))[-1].settings)


@pytest.mark.parametrize(
    ("sql", "settings"),
    [
        ("SET lock_timeout = '1s'", {"lock_timeout": "1s"}),
        ("SET Lock_Timeout = 1000", {"lock_timeout": "1000"}),
        ("SET lock_timeout = '1s'; RESET lock_timeout", {}),
        ("SET lock_timeout = '1s'; RESET ALL", {}),
        ("SET LOCAL lock_timeout = '1s'", {}),
        ("BEGIN; SET LOCAL lock_timeout = '1s'", {"lock_timeout": "1s"}),
        ("BEGIN; SET LOCAL lock_timeout = '1s'; COMMIT", {}),
        ("BEGIN; SET lock_timeout = '1s'; COMMIT", {"lock_timeout": "1s"}),
        ("BEGIN; SET lock_timeout = '1s'; ROLLBACK", {}),
        ("SELECT pg_catalog.set_config('lock_timeout', '2s', false)", {"lock_timeout": "2s"}),
    ],
)
def test_settings_in_force(sql: str, settings: dict[str, str]) -> None:
    assert _settings(sql) == settings


@pytest.mark.parametrize(("value", "found"), [("500", 500), ("2s", 2000), ("1 min", 60000), ("0", 0), ("soon", None)])
def test_durations(value: str, found: float | None) -> None:
    assert milliseconds(value) == found
