"""Changes that a machine makes."""

from __future__ import annotations

from seachange.config import Linting
from seachange.lint import wishes
from seachange.lint.fixing import Fixed, fixed
from seachange.sql.migration import taken_apart
from tests.lint.saying import having, replacing


def one(sql: str, *names: str) -> Fixed:
    (found,), _ = fixed([taken_apart(sql.encode(), "a.sql")], wishes(Linting(only=names)))
    return found


def test_all_that_is_mechanical_is_changed_and_nothing_else() -> None:
    with having(replacing("first", "ä", "ö"), replacing("second", "two", "three")):
        found = one("-- ä\nSELECT 'ä', 'two';\n\n  SELECT 'ä';", "first", "second")
    assert found.after.raw.decode() == "-- ä\nSELECT 'ö', 'three';\n\n  SELECT 'ö';"
    assert found.checks == ("first", "second")
    assert "-SELECT 'ä', 'two';\n+SELECT 'ö', 'three';\n" in found.diff


def test_of_changes_in_each_others_way_the_first_wins_and_the_rest_is_seen_again() -> None:
    with having(replacing("first", "a b", "x b"), replacing("second", "b c", "y")):
        assert one("SELECT 'a b c';", "first", "second").after.raw == b"SELECT 'x y';"


def test_a_circle_is_found_and_the_file_left_alone() -> None:
    with having(replacing("there", "one", "two"), replacing("back", "two", "one")):
        found = one("SELECT 'one';", "there", "back")
    assert found.circle
    assert not found.changed
    assert set(found.checks) == {"there", "back"}


def test_what_is_allowed_is_not_changed() -> None:
    with having(replacing("first", "one", "two")):
        assert not one("-- seachange: allow first because I say so\nSELECT 'one';", "first").changed


def test_what_is_left_is_told_of_the_changed_text() -> None:
    with having(replacing("first", "one", "two")):
        _, left = fixed([taken_apart(b"SELECT 'one';", "a.sql")], wishes(Linting(only=("first",))))
    assert left.flags == ()
    assert left.files[0].raw == b"SELECT 'two';"


def test_encoding_and_line_ends_stay_as_they_are() -> None:
    raw = "\ufeffSELECT 'ä', 'two';\r\n".encode("utf-16-le")
    with having(replacing("second", "two", "three")):
        (found,), _ = fixed([taken_apart(raw, "a.sql")], wishes(Linting(only=("second",))))
    assert found.content == "\ufeffSELECT 'ä', 'three';\r\n".encode("utf-16-le")
