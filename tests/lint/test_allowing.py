"""What comments allow, and where."""

from __future__ import annotations

import pytest

from seachange.config import Allowed, Linting
from seachange.lint import Linted, lint, wishes
from seachange.sql.migration import taken_apart

DROP = "DROP TABLE orders;"
ALLOW = "seachange: allow drop-table because nobody reads it"


def linted(sql: str, settings: Linting | None = None, file: str = "a.sql") -> Linted:
    settings = settings or Linting(only=("drop-table", "unused-suppression", "suppression-without-reason"))
    return lint([taken_apart(sql.encode(), file)], wishes(settings))


@pytest.mark.parametrize(
    "sql",
    [
        f"-- {ALLOW}\n{DROP}",
        f"/* {ALLOW} */ {DROP}",
        f"{DROP} -- {ALLOW}",
        f"-- {ALLOW}\n-- and more to say\n\n{DROP}",
        f"SELECT 1; {DROP} -- {ALLOW}",
        f"DROP TABLE -- {ALLOW}\n  orders;",
        f"DROP TABLE\n  orders;  -- {ALLOW}",
        "-- seachange: allow DL01, unused-suppression because nobody reads it\n" + DROP,
        f"SELECT 1;\n{DROP}\n-- seachange: allow-file drop-table because nobody reads it",
    ],
)
def test_comment_allows(sql: str) -> None:
    found = linted(sql, Linting(only=("drop-table",)))
    assert found.counting == ()
    assert [flag.allowed for flag in found.allowed] == ["nobody reads it"]


@pytest.mark.parametrize(
    "sql",
    [
        f"-- {ALLOW}\nSELECT 1;\n{DROP}",
        f"{DROP}\n-- {ALLOW}",
        f"SELECT 1; -- {ALLOW}\n{DROP}",
        f"SELECT '-- {ALLOW}'; \n{DROP}",
        f"-- seachange: allow because nobody reads it\n{DROP}",
        f"-- seachange: allow drop-index because nobody reads it\n{DROP}",
    ],
)
def test_comment_allows_nothing_elsewhere(sql: str) -> None:
    assert "drop-table" in {flag.check for flag in linted(sql).counting}


@pytest.mark.parametrize(
    "line", ["squawk-ignore ban-drop-table", "squawk-ignore", "squawk-ignore other, ban-drop-table"]
)
def test_comments_for_squawk_are_understood(line: str) -> None:
    assert linted(f"-- {line}\n{DROP}").counting == ()


def test_a_whole_file_as_squawk_has_it() -> None:
    assert linted(f"-- squawk-ignore-file\nSELECT 1;\n{DROP}").counting == ()


def test_comment_speaks_of_the_next_statement_only() -> None:
    sql = f"-- {ALLOW}\nDROP TABLE orders; DROP TABLE items;"
    assert [flag.about for flag in linted(sql).counting] == ["items"]


def test_what_is_not_looked_for_may_be_allowed() -> None:
    found = linted(f"-- {ALLOW}\nSELECT 1;", Linting(exclude=("drop-table",)))
    assert found.flags == ()


def test_settings_allow_by_path_with_a_reason() -> None:
    settings = Linting(only=("drop-table",), allow=(Allowed(("old/*",), ("DL01",), "they ran long ago"),))
    assert [flag.allowed for flag in linted(DROP, settings, "old/1.sql").flags] == ["they ran long ago"]
    assert linted(DROP, settings, "new/1.sql").counting != ()
