"""Links within the project lead somewhere, and pages can be found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ALL, DOCS, PAGES, headings, label, links


def anchor(heading: str) -> str:
    """As GitHub and myst make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", ALL, ids=label)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        if not link.startswith("https://"):
            path, _, place = link.partition("#")
            target = page.parent / path if path else page
            assert target.exists(), link
            assert not place or place in map(anchor, headings(target)), link


def test_every_page_is_in_a_table_of_contents() -> None:
    listed = {
        (index.parent / f"{line.strip()}.md").resolve()
        for index in PAGES
        for block in index.read_text().split("```{toctree}")[1:]
        for line in block.partition("```")[0].splitlines()
        if line and not line.startswith(":")
    }
    assert {label(page) for page in PAGES if page.resolve() not in listed} == {label(DOCS / "index.md")}
