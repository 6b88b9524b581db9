"""Statements as the grammar sees them: PostgreSQL's own parse trees, and a walk through them.

With `parse.py` the only module that imports postgast.  The nodes are those of PostgreSQL 18, described in
`seachange.sql.nodes`; positions are bytes of the text that was parsed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import postgast
from google.protobuf.message import Message
from postgast import pg_query_pb2

_WRAPPER: Any = pg_query_pb2.Node
_MANY = type(pg_query_pb2.SelectStmt().target_list)
_PLAIN = frozenset({str, int, bool, float, bytes, type(pg_query_pb2.IntList().items)})
"""The types of what is no node in a field of one."""


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


def plpgsql(sql: str) -> dict[str, Any]:
    """What PL/pgSQL makes of the body in a CREATE FUNCTION or a DO, by the names of its source.  Raises NotParsed; `at`
    is a line of the body then, counted from 1.
    """
    try:
        return _function(postgast.parse_plpgsql(sql))
    except postgast.PgQueryError as error:
        raise NotParsed(error.message, _line(error.context or "")) from error
    except json.JSONDecodeError as error:
        return _function(_mended(error))


def _function(found: list[dict[str, Any]]) -> dict[str, Any]:
    return dict(found[0]["PLpgSQL_function"]) if found else {}


def _line(context: str) -> int:
    """“compilation of PL/pgSQL function "f" near line 9”"""
    last = context.rpartition(" ")[2]
    return int(last) if last.isdecimal() else -1


def _mended(error: json.JSONDecodeError) -> list[dict[str, Any]]:
    """libpg_query closes one brace too many for each of the variables that a trigger's function has by itself."""
    text = error.doc
    while True:
        try:
            return list(json.loads(text))
        except json.JSONDecodeError as more:
            if text[more.pos : more.pos + 1] != "}":
                raise NotParsed("its parse tree cannot be read", -1) from more
            text = text[: more.pos] + text[more.pos + 1 :]


def inner(node: Message) -> Message:
    """What a Node wraps; any other message as it is."""
    if node.__class__ is not _WRAPPER:
        return node
    field = node.WhichOneof("node")
    return inner(getattr(node, field)) if field else node


def kind(node: Message) -> str:
    """The name of its class: CreateStmt."""
    return str(node.DESCRIPTOR.name)


def walk(node: Message) -> Iterator[Message]:
    """`node` and all nodes below it, from the outside in, without the Nodes that only wrap others."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if each.__class__ is not _WRAPPER:
            yield each
        if below := children(each):
            below.reverse()
            waiting += below


def children(node: Message) -> list[Message]:
    """The nodes just below one, some of them wrapped.  It is asked for every node, so it spends little."""
    below: list[Message] = []
    for _, value in node.ListFields():
        sort = value.__class__
        if sort is _MANY:
            below += value
        elif sort not in _PLAIN:
            below.append(value)
    return below


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


def statement(node: Message) -> str:
    """A whole statement as SQL, in no particular shape; empty where it cannot be written."""
    result = postgast.ParseResult()
    wrapper = result.stmts.add().stmt
    field = next(field for field in wrapper.DESCRIPTOR.fields if field.message_type is node.DESCRIPTOR)
    getattr(wrapper, field.name).CopyFrom(node)
    try:
        return postgast.deparse(result)
    except postgast.PgQueryError:
        return ""


def type_text(node: Message) -> str:
    """A type as SQL, as it was written."""
    cast = postgast.ParseResult().stmts.add().stmt.select_stmt.target_list.add().res_target.val.type_cast
    cast.type_name.CopyFrom(node)
    cast.arg.a_const.isnull = True
    return text(cast).removeprefix("NULL::")


def queries(function: str) -> tuple[tuple[str, bool], ...]:
    """The queries and expressions in the body of a PL/pgSQL function, given as CREATE FUNCTION.

    With each, whether a handler of exceptions stands around it.  Nothing, where PL/pgSQL does not know the body.
    """
    try:
        return tuple(_queries(postgast.parse_plpgsql(function), False))
    except postgast.PgQueryError:
        return ()


def _queries(node: Any, caught: bool) -> Iterator[tuple[str, bool]]:
    if isinstance(node, list):
        for each in node:
            yield from _queries(each, caught)
    elif isinstance(node, dict):
        if isinstance(query := node.get("query"), str):
            yield query, caught
        caught = caught or "exceptions" in node
        for each in node.values():
            yield from _queries(each, caught)


def wrapped(node: Message) -> Message:
    """A copy of a node as a Node that wraps it, to be changed."""
    whole = pg_query_pb2.Node()
    if node.DESCRIPTOR.name == "Node":
        whole.CopyFrom(node)
        return whole
    field = next(field for field in whole.DESCRIPTOR.fields if field.message_type is node.DESCRIPTOR)
    getattr(whole, field.name).CopyFrom(node)
    return whole
