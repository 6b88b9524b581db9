"""What reports are made of: words, counts, and texts made short."""

from __future__ import annotations

import pytest

from seachange.report import Field, Item, local, plural
from seachange.report.html import embedded
from seachange.report.lines import clean, diff
from seachange.report.tally import contents, differing, moves, whole


@pytest.mark.parametrize(
    ("one", "several"),
    [
        ("table", "tables"),
        ("index", "indexes"),
        ("policy", "policies"),
        ("foreign key", "foreign keys"),
        ("operator class", "operator classes"),
        ("function of access method", "functions of access method"),
    ],
)
def test_several_of_a_kind(one: str, several: str) -> None:
    assert plural(one) == several


def test_a_kind_is_called_by_its_short_name_within_its_holder() -> None:
    assert local("table column", "table") == "column"
    assert local("index", "table") == "index"


def test_what_is_made_as_one_is_counted_without_what_is_said_of_it() -> None:
    parts = (Item("table column", "a", "create"), Item("table column", "b", "create"), Item("owner", "", "create"))
    item = Item("table", "public.t", "create", parts=parts)
    assert whole(item)
    assert contents(item) == "2 columns"
    assert differing((item,)) == 4


def test_what_differs_within_is_counted_by_verb() -> None:
    parts = (Item("table column", "a", "create"), Item("index", "b", "drop"), Item("index", "c", "alter"))
    item = Item("table", "public.t", parts=parts)
    assert not whole(item)
    assert moves(item) == "+1 column, -1 index, ~1 index"


def test_a_diff_shows_the_lines_around() -> None:
    before = "\n".join(f"line {number}" for number in range(9))
    lines = list(diff(Field("body", before, before.replace("line 4", "other"))))
    assert lines == ["@@ -3,5 +3,5 @@", " line 2", " line 3", "-line 4", "+other", " line 5", " line 6"]


def test_what_cannot_be_printed_is_spelled_out() -> None:
    assert clean("a\x1b[31m\u202e\nz é 🐙") == "a\\x1b[31m\\u202e\\nz é 🐙"
    assert clean("a\n\tb", "\n\t") == "a\n\tb"


def test_embedded_json_cannot_end_its_script() -> None:
    text = embedded(["</script><!--", "\u2028&"])
    assert not set(text) & set("<>&\u2028")
