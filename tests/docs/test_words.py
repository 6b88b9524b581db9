"""The manual speaks plainly, and of nobody's machine; what it asks readers to type can be typed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from seachange.cli.main import VERBS
from tests.docs.commands import understand
from tests.docs.pages import ALL, PAGES, ROOT, label, tokens

PRAISE = frozenset(
    {
        "amazing",
        "awesome",
        "beautiful",
        "blazing",
        "blazingly",
        "cutting-edge",
        "delightful",
        "easily",
        "effortless",
        "effortlessly",
        "elegant",
        "great",
        "powerful",
        "revolutionary",
        "robust",
        "seamless",
        "seamlessly",
        "simply",
        "stunning",
        "superb",
        "ultimate",
        "world-class",
    }
)
ELSEWHERE = ("/root/", "/work/", "/home/", "pypi.org", "npmjs", "artifactory", "index-url")


@pytest.mark.parametrize("page", ALL, ids=label)
def test_no_praise(page: Path) -> None:
    words = {word.strip(".,:;!?()*`\"'") for word in page.read_text().lower().split()}
    assert words & PRAISE == set()


@pytest.mark.parametrize("page", [*ALL, *(ROOT / "demo").rglob("*.*")], ids=label)
def test_nothing_of_anybodys_machine(page: Path) -> None:
    if page.suffix in (".md", ".sql", ".py"):
        assert [place for place in ELSEWHERE if place in page.read_text()] == []


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=label)
def test_commands_of_shell_blocks_can_be_typed(page: Path) -> None:
    for line in typed(page):
        verb, *arguments = shlex.split(line, comments=True)[1:]
        if verb in VERBS and "OPTIONS" not in line:
            understand(verb, arguments)


def typed(page: Path) -> Iterator[str]:
    """The lines of shell blocks that call seachange, up to a pipe."""
    for token in tokens(page):
        if token.type == "fence" and token.info == "sh":
            lines = (line.partition(" |")[0] for line in token.content.splitlines())
            yield from (line for line in lines if line.startswith("seachange "))
