"""Statements as the grammar sees them: PostgreSQL's own parse trees, and a walk through them.

With `parse.py` the only module that imports postgast.  The nodes are those of PostgreSQL 18, described in
`seachange.sql.nodes`; positions are bytes of the text that was parsed.
"""

from __future__ import annotations

from collections.abc import Iterator

import postgast
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from postgast import pg_query_pb2 as Nodes

_MESSAGE = FieldDescriptor.TYPE_MESSAGE
_FIELDS = {field.message_type.name: field.name for field in Nodes.Node.DESCRIPTOR.fields if field.message_type}


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


def expression(sql: str) -> Message | None:
    """An expression, such as the condition of a CHECK; None where the grammar does not know it."""
    try:
        found = tree(f"SELECT ({sql})")
    except NotParsed:
        return None
    return inner(found.target_list[0].res_target.val) if found is not None else None


def text(node: Message) -> str:
    """A statement or an expression as SQL, in the grammar's own spelling."""
    whole = Nodes.ParseResult(stmts=[Nodes.RawStmt(stmt=_node(node))])
    return str(postgast.deparse(whole))


def expression_text(node: Message) -> str:
    """An expression as SQL."""
    select = Nodes.SelectStmt(
        target_list=[_node(Nodes.ResTarget(val=_node(node)))], limit_option="LIMIT_OPTION_DEFAULT"
    )
    return text(select).removeprefix("SELECT ")


def _node(node: Message) -> Message:
    """`node` as a Node wraps it."""
    if node.DESCRIPTOR.name == "Node":
        return node
    field = _FIELDS[node.DESCRIPTOR.name]
    wrapped: Message = Nodes.Node()
    getattr(wrapped, field).CopyFrom(node)
    return wrapped
