"""UNIQUE constraints over expressions, which only a unique index can have."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql.clauses import Text
from seachange.sql.parse import NotScanned

NULLS = 150000
"""Since this version an index can take nulls as equal."""


class Unique(Struct, frozen=True):
    """A UNIQUE element of a CREATE TABLE: its tokens, its name, and what is between its parentheses."""

    first: int
    end: int
    name: str
    parts: tuple[str, ...]
    guards: tuple[str, ...]
    nulls_equal: bool

    @property
    def plain(self) -> tuple[str, ...]:
        return tuple(part for part, guard in zip(self.parts, self.guards, strict=True) if not guard)


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    if refusal.code != "42601" or case.node is not None or refusal.at is None:
        return
    try:
        text = Text(case.text)
    except NotScanned:
        return
    words = [one.word for one in text.pieces]
    if words[:1] != ["CREATE"] or "TABLE" not in words[:4]:
        return
    found = next((one for one in _found(text) if _holds(text, one, refusal.at)), None)
    if found is None:
        return
    shown = found.name or f"of {_table(text)}"
    repairs = tuple(_repairs(case, text, found))
    asks = f"The constraint {shown} is unique over an expression; only a unique index can be that."
    yield Question(f"unique-expression {shown}", asks, repairs, open=len(repairs) > 1)


def _found(text: Text) -> Iterator[Unique]:
    for first, end in text.elements():
        words = [one.word for one in text.pieces[first:end]]
        named = words[:1] == ["CONSTRAINT"]
        at = first + 2 * named
        if at >= end or text.pieces[at].word != "UNIQUE":
            continue
        opening = next((i for i in range(at, end) if text.pieces[i].word == "("), None)
        if opening is None:
            continue
        parts = text.parts(opening + 1, text.closing(opening))
        yield Unique(
            first=first,
            end=end,
            name=text.written(first + 1, first + 2) if named else "",
            parts=tuple(text.written(a, b) for a, b in parts),
            guards=tuple(_guard(text, a, b) for a, b in parts),
            nulls_equal=[one.word for one in text.pieces[at + 1 : opening]] == ["NULLS", "NOT", "DISTINCT"],
        )


def _holds(text: Text, one: Unique, at: int) -> bool:
    return text.pieces[one.first].start <= at <= text.pieces[one.end - 1].end


def _guard(text: Text, first: int, end: int) -> str:
    """The condition of `CASE WHEN condition THEN constant END`, which is null unless that holds."""
    words = [one.word for one in text.pieces[first:end]]
    if words[:2] != ["CASE", "WHEN"] or words[-1:] != ["END"] or "ELSE" in words or words.count("WHEN") > 1:
        return ""
    then = words.index("THEN")
    return text.written(first + 2, first + then) if len(words) - then == 3 else ""


def _repairs(case: Case, text: Text, one: Unique) -> Iterator[Repair]:
    without = text.changed(text.without(one.first, one.end))
    guards = [guard for guard in one.guards if guard]
    keys = ", ".join(part if _is_column(part) else f"({part})" for part in one.parts)
    literally = _index(text, one, keys, nulls=one.nulls_equal)
    if guards and one.plain:
        columns = ", ".join(part if _is_column(part) else f"({part})" for part in one.plain)
        yield Repair(
            name="partial",
            does=f"A unique index over {columns} for the rows with {' and '.join(guards)}.",
            follows=_narrower(one, guards) if one.nulls_equal else "",
            text=without,
            after=(f"{_index(text, one, columns, nulls=False)} WHERE {' AND '.join(guards)}",),
        )
    if not one.nulls_equal or case.version >= NULLS:
        yield Repair(
            name="expression-index",
            does="A unique index over the expression.",
            follows="No foreign key can refer to it, and ON CONFLICT must spell its expressions out.",
            text=without,
            after=(literally,),
        )


def _narrower(one: Unique, guards: list[str]) -> str:
    columns, condition = ", ".join(one.plain), " and ".join(guards)
    return (
        f"Read to the letter, NULLS NOT DISTINCT would allow one row only for each {columns} without {condition}, too."
    )


def _is_column(part: str) -> bool:
    return part.startswith('"') or part.replace("_", "a").isalnum()


def _index(text: Text, one: Unique, keys: str, *, nulls: bool) -> str:
    name = f"{one.name} " if one.name else ""
    return f"CREATE UNIQUE INDEX {name}ON {_table(text)} ({keys}){' NULLS NOT DISTINCT' if nulls else ''}"


def _table(text: Text) -> str:
    words = [one.word for one in text.pieces]
    opening = words.index("(")
    first = words.index("TABLE") + 1
    first += 3 * (words[first : first + 3] == ["IF", "NOT", "EXISTS"])
    return text.written(first, opening)
