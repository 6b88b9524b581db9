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


@pytest.mark.parametrize(("sort", "title"), [("bad", "Flagged"), ("good", "Not flagged")])
@pytest.mark.parametrize("name", PAGES)
def test_page_shows_the_cases_that_there_are(name: str, sort: str, title: str) -> None:
    """What only a busy server shows has none that are flagged."""
    cases = extension("checks").CASES / name
    assert (f"\n## {title}\n" in PAGES[name]) is any(cases.glob(f"{sort}_*.sql"))


@pytest.mark.parametrize("name", PAGES)
def test_page_speaks_plainly(name: str) -> None:
    words = {word.strip(".,:;!?()*`\"'") for word in PAGES[name].lower().split()}
    assert words & PRAISE == set()
    assert [place for place in ELSEWHERE if place in PAGES[name]] == []
