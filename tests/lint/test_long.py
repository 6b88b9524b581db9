"""Long scripts: what each statement costs does not grow with those before it."""

from __future__ import annotations

from seachange.lint.places import Places
from seachange.sql.migration import taken_apart


def test_characters_are_told_behind_lines_of_more_bytes() -> None:
    script = taken_apart("-- é\nSELECT 'é', 1;\n-- ü\nSELECT 2;\n".encode(), "a.sql")
    places = Places(script)
    found = [places.of(one, None) for one in script.up]
    assert [(one.line, one.column, one.first, one.last) for one in found] == [(2, 1, 5, 18), (4, 1, 25, 33)]


def test_statements_are_found_by_what_they_are() -> None:
    sql = b"ALTER TABLE a ADD x int; DO 'BEGIN END'; ALTER TABLE s.b ADD x int; ALTER TABLE b DROP x;"
    script = taken_apart(sql, "a.sql")
    assert script.by_kind == {"AlterTableStmt": (0, 2, 3), "DoStmt": (1,)}
    assert script.altering == {"a": (0,), "b": (2, 3)}
