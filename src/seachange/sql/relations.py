"""Relations that a statement names: found by the grammar, and called otherwise in their place."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.sql import tree
from seachange.sql.clauses import Text
from seachange.sql.edit import Edit
from seachange.sql.nodes import (
    CommentStmt,
    DeleteStmt,
    JoinExpr,
    Node,
    RangeVar,
    SelectStmt,
    UpdateStmt,
)
from seachange.sql.quote import name as quoted
from seachange.sql.quote import path

Name = tuple[str, ...]


def name(named: Node) -> Name:
    """The names of a RangeVar, as they are written."""
    return tuple(filter(None, (str(named.schemaname), str(named.relname))))


def named(node: Message | None, wanted: Name) -> list[Node]:
    """The places where a statement names a relation `wanted`."""
    found = tree.walk(node) if node is not None else ()
    return [one for one in found if isinstance(one, RangeVar) and name(one) == wanted]


def commented(node: Message | None) -> Name:
    """What a COMMENT or its like is about, by its names; empty for every other statement."""
    if not isinstance(node, CommentStmt) or not node.object.HasField("list"):
        return ()
    return tuple(str(item.string.sval) for item in node.object.list.items)


def called(sql: str, wanted: Name, new: Name) -> str:
    """`sql` with the relation `wanted` called `new`; where a query reads it, what it was called is its alias."""
    text, node = Text(sql), tree.tree(sql)
    read = {one.location for one in _read(node)} if node else set()
    edits = []
    for one in named(node, wanted):
        first = text.at(one.location)
        last = first + 2 * (len(wanted) - 1)
        alias = ""
        if one.location in read and not one.HasField("alias") and new[-1] != wanted[-1]:
            alias = f" AS {quoted(wanted[-1])}"
        edits.append(Edit(one.location, text.pieces[last].end, path(new) + alias))
    return text.changed(edits or _comment(text, node, wanted, new))


def reads(node: Message, wanted: Name) -> bool:
    """Whether a query in the statement reads the relation."""
    return any(name(one) == wanted for one in _read(node))


def _comment(text: Text, node: Message | None, wanted: Name, new: Name) -> Iterator[Edit]:
    about = commented(node)
    if about[: len(wanted)] != wanted:
        return
    words = [one.word for one in text.pieces]
    on = words.index("ON") + 1
    for at in range(on, len(words)):
        piece = text.pieces[at]
        if text.raw[piece.start : piece.end].decode().strip('"').lower() == wanted[0].lower():
            yield Edit(piece.start, text.pieces[at + 2 * (len(wanted) - 1)].end, path(new))
            return


def _read(node: Message) -> Iterator[Node]:
    """The relations in FROM and USING."""
    for one in tree.walk(node):
        match one:
            case SelectStmt(from_clause=items) | UpdateStmt(from_clause=items) | DeleteStmt(using_clause=items):
                yield from _items(items)
            case JoinExpr(larg=left, rarg=right):
                yield from _items((left, right))


def _items(items: Node) -> Iterator[Node]:
    for item in items:
        if item.HasField("range_var"):
            yield item.range_var
