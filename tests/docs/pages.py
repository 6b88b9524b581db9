"""The manual as text: its pages, and what is in them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from types import ModuleType

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BUILT = DOCS / "_build"
PROMPT = "$ "
TITLES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
MADE = DOCS / "reference" / "checks"
"""Made with the manual, from the files of the checks; see `generated`."""
PAGES = tuple(sorted(path for path in DOCS.rglob("*.md") if not {BUILT, MADE} & {*path.parents}))
ALL = (*(ROOT / name for name in TITLES), *PAGES)


class Typed(Struct, frozen=True):
    """A command line in a console block, and what the page says it prints."""

    command: str
    printed: tuple[str, ...]


def label(page: Path) -> str:
    """What a page is called in the outcome of the tests."""
    return str(page.relative_to(ROOT))


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    """What a page is made of."""
    return tuple(MarkdownIt().enable("table").parse(page.read_text()))


def consoles(page: Path) -> Iterator[Typed]:
    """What is typed in the console blocks of a page, in order."""
    for token in tokens(page):
        if token.type == "fence" and token.info == "console":
            yield from _typed(token.content.splitlines())


def _typed(lines: list[str]) -> Iterator[Typed]:
    number = 0
    numbered = []
    for line in lines:
        number += line.startswith(PROMPT)
        numbered.append((number, line))
    for _, block in groupby(numbered, key=lambda pair: pair[0]):
        command, *printed = (line for _, line in block)
        yield Typed(command.removeprefix(PROMPT), tuple(printed))


def links(page: Path) -> Iterator[str]:
    """Where a page leads."""
    for inline in _inline(page):
        for child in inline.children or ():
            if child.type == "link_open":
                yield str(child.attrs["href"])


def headings(page: Path) -> tuple[str, ...]:
    """The headings of a page."""
    return tuple(
        following.content
        for token, following in zip(tokens(page), tokens(page)[1:], strict=False)
        if token.type == "heading_open"
    )


def codes(page: Path) -> frozenset[str]:
    """All that a page shows as `code` within its sentences."""
    return frozenset(
        child.content for inline in _inline(page) for child in inline.children or () if child.type == "code_inline"
    )


def _inline(page: Path) -> Iterator[Token]:
    return (token for token in tokens(page) if token.type == "inline")


@cache
def extension(name: str) -> ModuleType:
    """An extension of Sphinx that the manual has of its own."""
    spec = importlib.util.spec_from_file_location(name, DOCS / "_ext" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
