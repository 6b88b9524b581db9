"""Statements as the grammar sees them: PostgreSQL's own parse trees, and a walk through them.

With `parse.py` the only module that imports postgast.  The nodes are those of PostgreSQL 18, described in
`seachange.sql.nodes`; positions are bytes of the text that was parsed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import postgast
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

_MESSAGE = FieldDescriptor.TYPE_MESSAGE


class NotParsed(Exception):
    """The grammar does not know this.  `at` is where, in characters of the text; -1 where that is not known."""

    def __init__(self, message: str, at: int) -> None:
        self.message = message
        self.at = at
        super().__init__(message)


def tree(sql: str) -> Message | None:
    """The one statement in `sql`, such as a CreateStmt; None where there is none.  Raises NotParsed."""
    try:
        found = postgast.parse(sql)
    except postgast.PgQueryError as error:
        raise NotParsed(error.message, error.cursorpos - 1) from error
    return inner(found.stmts[0].stmt) if found.stmts else None


def inner(node: Message) -> Message:
    """What a Node wraps; any other message as it is."""
    if node.DESCRIPTOR.name != "Node":
        return node
    field = node.WhichOneof("node")
    return inner(getattr(node, field)) if field else node


def kind(node: Message) -> str:
    """The name of its class: CreateStmt."""
    return str(node.DESCRIPTOR.name)


def walk(node: Message) -> Iterator[Message]:
    """`node` and all nodes below it, from the outside in, without the Nodes that only wrap others."""
    if node.DESCRIPTOR.name != "Node":
        yield node
    for field, value in node.ListFields():
        if field.type == _MESSAGE:
            if isinstance(value, Message):
                yield from walk(value)
            else:
                for each in value:
                    yield from walk(each)


@lru_cache(maxsize=4096)
def expression(text: str) -> Message | None:
    """The node of an expression such as PostgreSQL writes down of a check; None where the grammar does not know it."""
    try:
        found = tree(f"SELECT {text}")
    except NotParsed:
        return None
    targets = list(getattr(found, "target_list", ()))
    return inner(targets[0].res_target.val) if len(targets) == 1 else None


def text(node: Message) -> str:
    """An expression as SQL; empty where it cannot be written."""
    result = postgast.ParseResult()
    select = result.stmts.add().stmt.select_stmt
    select.limit_option, select.op = 1, 1  # as the grammar has them where neither is asked for
    value = select.target_list.add().res_target.val
    if node.DESCRIPTOR.name == "Node":
        value.CopyFrom(node)
    else:
        field = next(field for field in value.DESCRIPTOR.fields if field.message_type is node.DESCRIPTOR)
        getattr(value, field.name).CopyFrom(node)
    try:
        return postgast.deparse(result).removeprefix("SELECT ")
    except postgast.PgQueryError:
        return ""
