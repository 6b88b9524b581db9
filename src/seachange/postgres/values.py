"""Values that a column may take, guessed from its type and from the constants in what is asked of it.

They are texts that the type's input takes; whether constraints take them too, only the server knows.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from seachange.sql import parse

ROWS = 8
"""Variants of a value, so that rows can differ in a unique column."""
CATEGORIES = {
    "B": ("true", "false"),
    "D": ("2024-01-01 00:00:00+00", "2024-06-15 12:00:00+00", "2025-02-28 08:30:00+00", "2030-01-01 00:00:00+00"),
    "I": ("10.0.0.1", "192.168.1.0/24", "2001:db8::1"),
    "T": ("1 day", "01:00:00", "1 mon"),
    "G": ("(1,1)", "((0,0),(1,1))", "{1,-1,0}", "[(0,0),(1,1)]", "<(0,0),1>"),
    "V": ("1", "0", "1010"),
    "R": ("[1,10)", "[2024-01-01,2024-02-01)", "empty"),
}
"""By the category that the type's author gave it."""
NAMED = {
    "uuid": tuple(f"00000000-0000-4000-8000-{number:012d}" for number in range(1, ROWS + 1)),
    "json": ("{}", "[]", '{"a": 1}', "null"),
    "jsonb": ("{}", "[]", '{"a": 1}', "null"),
    "bytea": ("\\x00", "\\x01", "\\xdeadbeef", ""),
    "xml": ("<a/>", "<a>1</a>"),
    "tsvector": ("a", "a b"),
    "tsquery": ("a", "a & b"),
    "macaddr": ("08:00:2b:01:02:03", "08:00:2b:01:02:04"),
    "macaddr8": ("08:00:2b:01:02:03:04:05",),
    "pg_lsn": ("0/1", "0/2"),
    "time": ("08:00", "12:30", "23:59"),
    "timetz": ("08:00+00", "12:30+00"),
    "ltree": ("a", "a.b", "a.b.c"),
    "hstore": ("", '"a"=>"1"'),
    "geometry": (
        "POINT(0 0)",
        "LINESTRING(0 0,1 1)",
        "POLYGON((0 0,0 1,1 1,0 0))",
        "MULTIPOLYGON(((0 0,0 1,1 1,0 0)))",
    ),
    "geography": ("POINT(0 0)", "LINESTRING(0 0,1 1)", "POLYGON((0 0,0 1,1 1,0 0))"),
    "oid": ("1", "2"),
    "void": (),
}
TEXTS = (
    *("a", "Ab", "abc", "b", "c", "abcdef", "Some words", "some-words", "some_words"),
    *("user1@example.com", "user2@example.com", "https://example.com/1", "https://example.com/2"),
    *("1", "12", "12345", "00001", "DE", "de", "EUR", "USD", "en-US", "+491701234567", "#a0b1c2", "10.0.0.1", "{}", ""),
)
NUMBERS = ("1", "2", "3", "0", "10", "5", "100", "1000", "-1", "0.5", "50", "20", "4", "7", "9999")
ANYTHING = ("1", "a", "{}", "[1]", "[1,2,3]", "(1,1)", "POINT(0 0)", "a.b", "0", "2024-01-01", "")
"""For types that nobody told us of."""
LONGEST = 300
FRESH = 4
DOCUMENTS = frozenset({"json", "jsonb"})


def candidates(category: str, type_name: str, constants: Iterable[str]) -> tuple[str, ...]:
    """Texts worth trying for a type, the likeliest first; constants out of what is asked of the column come early."""
    told = tuple(dict.fromkeys(constants))
    found: tuple[str, ...]
    if category == "A":
        found = (*(one for one in told if one.startswith("{")), "{1}", "{a}", "{true}", "{1,2}", "{a,b}", "{}")
    elif type_name in NAMED:
        found = (*told, *NAMED[type_name], *(_objects(told) if type_name in DOCUMENTS else ()))
    elif category == "N":
        found = (*_numbers(told), *NUMBERS)
    elif category == "S":
        found = (*(one for one in told if not _is_number(one)), *TEXTS, *_lengths(told))
    else:
        found = (*told, *CATEGORIES.get(category, ANYTHING))
    return tuple(dict.fromkeys(found))


def fresh(category: str, type_name: str, seed: random.Random) -> Iterator[str]:
    """Texts that hardly any row has, in several shapes."""
    for _ in range(FRESH):
        yield from _unlikely(category, type_name, seed.randrange(10**8, 10**9))


def _unlikely(category: str, type_name: str, number: int) -> tuple[str, ...]:
    match category, type_name:
        case "N", "int2":
            return (str(20000 + number % 10000),)
        case "N", "numeric" | "float4" | "float8" | "money":
            return str(number), str(number % 10000), str(number % 100)
        case "N", _:
            return (str(1_000_000_000 + number),)
        case "S", _:
            return f"p{number}", f"p{number}@example.com", _letters(number), str(number)
        case "D", "date" | "timestamp" | "timestamptz":
            return (f"{2031 + number % 60}-{1 + number % 12:02}-{1 + number % 28:02}",)
        case _, "uuid":
            return (f"{number:08x}-{number % 65536:04x}-4000-8000-{number:012x}",)
        case "I", _:
            return (f"10.{number % 250}.{number // 7 % 250}.{number // 3 % 250}",)
        case _:
            return ()


def _letters(number: int) -> str:
    return "".join(chr(ord("A") + number // 26**place % 26) for place in range(2))


def _objects(told: Sequence[str]) -> Iterator[str]:
    """JSON with all the keys that are spoken of."""
    keys = [one for one in told if one and one[0] not in "{[" and not _is_number(one)]
    for value in ('"a"', "1", "{}", "[]"):
        yield "{" + ", ".join(f"{json.dumps(key)}: {value}" for key in keys) + "}"


def _numbers(told: Sequence[str]) -> Iterator[str]:
    """A bound, and what lies just beside it."""
    for one in told:
        if _is_number(one):
            number = float(one)
            whole = int(number) if number.is_integer() else number
            yield from (str(whole), str(whole + 1), str(whole - 1))


def _lengths(told: Sequence[str]) -> Iterator[str]:
    """Texts of the lengths that are spoken of, of letters and of digits."""
    for one in told:
        if one.isdigit() and 0 < int(one) <= LONGEST:
            yield from (("abcdefgh" * int(one))[: int(one)], ("ABCDEFGH" * int(one))[: int(one)])
            yield from (("12345678" * int(one))[: int(one)], ("x" * int(one)))


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e15
    except ValueError:
        return False


def constants(expression: str) -> tuple[str, ...]:
    """The strings and numbers in an expression of PostgreSQL's own writing; of patterns, something that fits simple
    ones.
    """
    try:
        words = parse.words(expression)
    except parse.NotScanned:
        return ()
    found: list[str] = []
    for before, word in zip(("", *words), words, strict=False):
        if word.startswith("'"):
            found.extend(_of_string(word[1:-1].replace("''", "'"), before))
        elif word[:1].isdigit():
            found.extend((f"-{word}", word) if before == "-" else (word,))
    return tuple(found)


def _of_string(text: str, before: str) -> Iterator[str]:
    if before in ("~", "~*"):
        yield from fitting(text)
    elif before in ("~~", "~~*"):
        yield text.replace("%", "a").replace("_", "a")
    elif text.startswith("{") and text.endswith("}"):
        yield from (text, *text[1:-1].split(","))
    else:
        yield text


def fitting(pattern: str) -> Iterator[str]:
    """Texts that a regular expression may match, as Python's own reading of it goes; none where it has none."""
    import warnings
    from re import _parser as reader  # type: ignore[attr-defined]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = reader.parse(pattern)
        except (ValueError, OverflowError, RecursionError, reader.error):
            return
    for turn in range(4):
        yield _matching(tree, turn)


def _matching(tree: Any, turn: int) -> str:
    return "".join(_piece(str(operator), argument, turn) for operator, argument in tree)


def _piece(operator: str, argument: object, turn: int) -> str:
    match operator, argument:
        case "LITERAL", int(code):
            return chr(code)
        case "NOT_LITERAL", int(code):
            return "b" if code == ord("a") else "a"
        case "ANY", _:
            return "a"
        case "IN", list(members):
            return _member(members, turn)
        case (("MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT"), (int(least), most, inner)):
            times = min(max(least, 1 if turn % 2 else 3), int(str(most)) if str(most).isdigit() else LONGEST)
            return "".join(_matching(inner, turn + place) for place in range(times))
        case "SUBPATTERN", (*_, inner):
            return _matching(inner, turn)
        case "BRANCH", (_, list(branches)):
            return _matching(branches[turn % len(branches)], turn)
        case _:
            return ""


def _member(members: list[tuple[object, object]], turn: int) -> str:
    """A letter of a set; of one that excludes, a letter that it does not name."""
    if str(members[0][0]) == "NEGATE":
        named = "".join(_one(str(kind), what, 0) for kind, what in members[1:])
        return next((letter for letter in "abcxyz019-_ " if letter not in named), "a")
    kind, what = members[turn % len(members)]
    return _one(str(kind), what, turn)


def _one(kind: str, what: object, turn: int) -> str:
    match kind, what:
        case "LITERAL", int(code):
            return chr(code)
        case "RANGE", (int(low), int(high)):
            return chr(low + turn % (high - low + 1))
        case "CATEGORY", _:
            return {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}.get(str(what), "a")
        case _:
            return "a"
