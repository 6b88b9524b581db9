"""Items of the lists of a query or an index: which one holds a byte, and the statement without it."""

from __future__ import annotations

from seachange.sql.clauses import Text

LISTS = (("SELECT",), ("GROUP", "BY"), ("ORDER", "BY"), ("PARTITION", "BY"))
_CLAUSES = ("FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "INTO", "WITH")
_OTHERS = ("UNION", "INTERSECT", "EXCEPT", "ASC", "DESC", "RANGE", "ROWS", "GROUPS", "RETURNING", ";")
ENDS = frozenset({*_CLAUSES, *_OTHERS})
_DIRECTIONS = frozenset({"ASC", "DESC"})


class Item:
    """An item of a list: its tokens, which list it is, and how many items that has."""

    def __init__(self, first: int, end: int, kind: str, count: int, opening: int) -> None:
        self.first, self.end, self.kind, self.count, self.opening = first, end, kind, count, opening


def item(text: Text, at: int) -> Item | None:
    """The innermost item that holds byte `at`."""
    found: Item | None = None
    for opening in range(len(text.pieces)):
        kind = next((words for words in LISTS if _begins(text, opening, words)), None)
        if kind is None:
            continue
        first = _past_distinct(text, opening + len(kind))
        parts = text.parts(first, _list_end(text, first, kind))
        for a, b in parts:
            if a < b and text.pieces[a].start <= at < text.pieces[b - 1].end:
                found = Item(a, b, kind[0], len(parts), opening)
    return found


def without(text: Text, one: Item) -> str:
    """The statement without an item; without the whole clause, where it is the only one."""
    if one.count > 1:
        return text.changed(text.without(one.first, one.end))
    return text.changed([text.clause(one.opening, one.end)])


def _begins(text: Text, at: int, words: tuple[str, ...]) -> bool:
    return tuple(one.word for one in text.pieces[at : at + len(words)]) == words


def _past_distinct(text: Text, at: int) -> int:
    """Behind DISTINCT, DISTINCT ON (…) or ALL."""
    words = [one.word for one in text.pieces[at : at + 3]]
    if words[:1] in (["DISTINCT"], ["ALL"]):
        at += 1
        if words[1:3] == ["ON", "("]:
            at = text.closing(at + 1) + 1
    return at


def _list_end(text: Text, first: int, kind: tuple[str, ...]) -> int:
    """Behind the last token of a list that begins with token `first`."""
    ends = ENDS if kind == ("SELECT",) else ENDS - _DIRECTIONS
    depth = 0
    for i in range(first, len(text.pieces)):
        word = text.pieces[i].word
        if not depth and (word in (")", "]", "END") or word in ends):
            return i
        depth += (word in ("(", "[", "CASE")) - (word in (")", "]", "END"))
    return len(text.pieces)
