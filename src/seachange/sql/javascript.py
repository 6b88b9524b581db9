"""JavaScript and TypeScript as far as it takes to find the strings in it: tokens with their places.

It understands no program.  Names, punctuation, strings and templates are told apart; comments and regular expressions
are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from seachange.errors import NotUnderstood

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_BEFORE_REGEX = frozenset("(,=:[!&|?{};+-*%<>~^")
_WORDS_BEFORE_REGEX = frozenset({"return", "typeof", "case", "in", "of", "void", "delete", "await", "yield"})


class Token(Struct, frozen=True):
    """A name or number, a sign of one character, or a string.  `start` and `end` are characters, with the quotes."""

    start: int
    end: int
    text: str
    quote: str = ""
    filled: bool = False
    """Whether it is a template that something is put into."""


class String(Struct, frozen=True):
    """What a string says.  `places` has, for each character of `text` and for its end, where it is in the file."""

    text: str
    places: tuple[int, ...]


def tokens(source: str, name: str) -> Iterator[Token]:
    """Those of `source`, whose file is `name`.  Raises NotUnderstood where a string has no end."""
    at, before = 0, ""
    while at < len(source):
        sign = source[at]
        if sign.isspace():
            at += 1
        elif source.startswith(("//", "#!"), at):
            at = _or_end(source.find("\n", at), source)
        elif source.startswith("/*", at):
            at = _or_end(source.find("*/", at + 2) + 1, source, nothing=0) + 1
        elif sign == "/" and (before in _WORDS_BEFORE_REGEX or before[-1:] in _BEFORE_REGEX or not before):
            at, before = _regex_end(source, at), "/"
        else:
            token = _token(source, at, name)
            yield token
            at, before = token.end, token.text if not token.quote else ")"


def string(source: str, token: Token) -> String:
    """What a string or a template without `${…}` says, with its escapes undone."""
    text: list[str] = []
    places: list[int] = []
    at = token.start + 1
    while at < token.end - 1:
        said, end = _escaped(source, at) if source[at] == "\\" else (source[at], at + 1)
        text.append(said)
        places += [at] * len(said)
        at = end
    return String("".join(text), (*places, at))


def _token(source: str, at: int, name: str) -> Token:
    if source[at] in "'\"`":
        end, filled = _string_end(source, at, name)
        return Token(at, end, source[at:end], source[at], filled)
    end = at
    while end < len(source) and (source[end].isalnum() or source[end] in "_$"):
        end += 1
    return Token(at, max(end, at + 1), source[at : max(end, at + 1)])


def _string_end(source: str, start: int, name: str) -> tuple[int, bool]:
    """Behind the closing quote, and whether something is put into it."""
    quote, at, filled = source[start], start + 1, False
    while at < len(source):
        if source[at] == "\\":
            at += 2
        elif source[at] == quote:
            return at + 1, filled
        elif quote == "`" and source.startswith("${", at):
            at, filled = _filling_end(source, at + 2, name), True
        elif source[at] == "\n" and quote != "`":
            break
        else:
            at += 1
    line = source.count("\n", 0, start) + 1
    raise NotUnderstood(f"{name}:{line}: the string that begins here has no end.", hint="Is the file whole?")


def _filling_end(source: str, at: int, name: str) -> int:
    """Behind the brace that ends what is put into a template."""
    depth = 1
    for token in tokens(source[at:], name):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0:
            return at + token.end
    return len(source)


def _regex_end(source: str, start: int) -> int:
    at, listed = start + 1, False
    while at < len(source) and source[at] != "\n":
        if source[at] == "\\":
            at += 1
        elif source[at] in "[]":
            listed = source[at] == "["
        elif source[at] == "/" and not listed:
            return at + 1
        at += 1
    return start + 1  # a division


def _escaped(source: str, at: int) -> tuple[str, int]:
    """What an escape stands for, and where it ends."""
    sign = source[at + 1]
    if sign == "\n":
        return "", at + 2
    if sign in "xu" and (code := _code(source, at + 2, 2 if sign == "x" else 4)):
        return code
    return _ESCAPES.get(sign, sign), at + 2


def _code(source: str, at: int, length: int) -> tuple[str, int] | None:
    """The character that is told by its number: 41, 0041, {1F600}; None where none is."""
    end = source.find("}", at) if source[at : at + 1] == "{" else at + length
    try:
        return chr(int(source[at:end].removeprefix("{"), 16)), end + source.startswith("{", at)
    except (ValueError, OverflowError):
        return None


def _or_end(found: int, source: str, nothing: int = -1) -> int:
    return len(source) if found == nothing else found
