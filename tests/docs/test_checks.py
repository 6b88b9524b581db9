"""The pages of checks, which are made with the manual and held to the same words as what people write."""

from __future__ import annotations

import pytest

from seachange.checks import checks
from tests.docs.pages import extension
from tests.docs.test_words import ELSEWHERE, PRAISE

LONGEST = 120
PAGES = extension("checks").pages()


def test_every_check_has_a_page_and_a_line_in_the_table() -> None:
    table = extension("checks").table()
    assert PAGES.keys() == checks().keys()
    assert [name for name in PAGES if f"[{name}](checks/{name}.md)" not in table] == []
    assert [name for name in PAGES if f"\nchecks/{name}\n" not in table] == []


@pytest.mark.parametrize("name", PAGES)
def test_page_begins_with_one_sentence_and_says_more(name: str) -> None:
    title, first, more, *_ = PAGES[name].split("\n\n")
    assert title == f"# {name}"
    assert "\n" not in first
    assert len(first) <= LONGEST
    assert first.endswith(".")
    assert not more.startswith("- Code")


@pytest.mark.parametrize("name", PAGES)
def test_page_shows_what_is_flagged_and_what_is_not(name: str) -> None:
    assert "\n## Flagged\n" in PAGES[name]
    assert "\n## Not flagged\n" in PAGES[name]


@pytest.mark.parametrize("name", PAGES)
def test_page_speaks_plainly(name: str) -> None:
    words = {word.strip(".,:;!?()*`\"'") for word in PAGES[name].lower().split()}
    assert words & PRAISE == set()
    assert [place for place in ELSEWHERE if place in PAGES[name]] == []
