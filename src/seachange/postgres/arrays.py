"""One spelling for what PostgreSQL spells in two ways: an array cast as a whole, or element by element.

`status IN ('a', 'b')` over a varchar is stored as `(ARRAY['a'::character varying, …])::text[]`; the text of that, run
once more from a dump, as `ARRAY[('a'::character varying)::text, …]`.  Both mean the same.
"""

from __future__ import annotations

from collections.abc import Iterator

CAST = "(ARRAY["
OPENING, CLOSING = "([", ")]"


def elementwise(text: str) -> str:
    """An expression as PostgreSQL spells it, with each cast of an array literal moved to the elements."""
    before, found, rest = text.partition(CAST)
    if not found:
        return text
    elements, after = _elements(rest)
    type_, brackets, beyond = after.removeprefix(")::").partition("[]")
    if not (after.startswith(")::") and brackets and _is_name(type_)) or any("ARRAY[" in one for one in elements):
        return before + found + elementwise(rest)
    return f"{before}ARRAY[{', '.join(f'({one})::{type_}' for one in elements)}]{elementwise(beyond)}"


def _elements(text: str) -> tuple[list[str], str]:
    """What stands between commas up to the closing bracket, and what comes after that."""
    elements, start = [], 0
    for place, letter in _bare(text):
        elements.append(text[start:place])
        start = place + 2
        if letter == "]":
            return elements, text[place + 1 :]
    return [], ""


def _bare(text: str) -> Iterator[tuple[int, str]]:
    """The commas, and the bracket that closes, which stand in no quotes and no other brackets."""
    depth, quote = 0, ""
    for place, letter in enumerate(text):
        if quote or letter in "'\"":
            quote = letter if not quote else "" if letter == quote else quote
        elif letter in OPENING:
            depth += 1
        elif depth == 0 and letter in ",]":
            yield place, letter
        elif letter in CLOSING:
            depth -= 1


def _is_name(type_: str) -> bool:
    return all(letter.isalnum() or letter in ' _."' for letter in type_)
