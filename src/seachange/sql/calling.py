"""Bodies of functions as they stand in a statement, and calls of functions in them and around them."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message
from msgspec import Struct

from seachange.sql.clauses import Text
from seachange.sql.nodes import CreateFunctionStmt, DoStmt
from seachange.sql.parse import NotScanned, tokens

Name = tuple[str, ...]


class Call(Struct, frozen=True):
    """A call: its bytes, and where what is between its parentheses begins."""

    start: int
    inside: int
    end: int

    def arguments(self, sql: str) -> str:
        return sql.encode()[self.inside : self.end - 1].decode()


def body(sql: str, node: Message | None) -> tuple[int, str] | None:
    """Where the body of a function begins, in bytes, and its text; None where it is not between dollars."""
    if not isinstance(node, CreateFunctionStmt | DoStmt):
        return None
    raw = sql.encode()
    for piece in tokens(sql):
        written = raw[piece.start : piece.end]
        if written.startswith(b"$") and written.count(b"$") >= 2:
            tag = written[: written.index(b"$", 1) + 1]
            if written.endswith(tag) and len(written) >= 2 * len(tag):
                return piece.start + len(tag), written[len(tag) : -len(tag)].decode()
    return None


def calls(sql: str, node: Message | None, called: Name) -> Iterator[Call]:
    """The calls of a function, by its name as it is written, in a statement and in the body that it has."""
    yield from _calls(sql, called, 0)
    found = body(sql, node)
    if found:
        yield from _calls(found[1], called, found[0])


def _calls(sql: str, called: Name, offset: int) -> Iterator[Call]:
    try:
        text = Text(sql)
    except NotScanned:
        return
    words = [_plain(text.raw[one.start : one.end].decode()) for one in text.pieces]
    wanted = [*[part for word in called for part in (word, ".")][:-1], "("]
    for at in range(len(words) - len(wanted) + 1):
        if words[at : at + len(wanted)] == wanted and (not at or words[at - 1] != "."):
            opening = at + len(wanted) - 1
            closing = text.closing(opening)
            if closing < len(words):
                start, inside, end = text.pieces[at].start, text.pieces[opening].end, text.pieces[closing].end
                yield Call(offset + start, offset + inside, offset + end)


def _plain(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()
