"""Long texts as short ones: what differs between two of them, and names without surprises."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from seachange.report import Field

AROUND = 2
"""Lines shown before and after those that differ."""


def long(field: Field) -> bool:
    """Whether it takes more than a line to tell."""
    return any("\n" in text for text in (field.before, field.after) if text)


def diff(field: Field) -> Iterator[str]:
    """The lines that differ, with those around them, as `diff -u` shows them."""
    before, after = ((text or "").strip("\n").splitlines() for text in (field.before, field.after))
    lines = unified_diff(before, after, n=AROUND, lineterm="")
    yield from list(lines)[2:]


def clean(text: str, keep: str = "") -> str:
    """`text` with nothing in it that moves the cursor, rings or turns the writing around, but for what is in `keep`."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in keep else _escaped(letter) for letter in text)


def _escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode()
