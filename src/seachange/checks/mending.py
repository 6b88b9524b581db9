"""A policy as it should be: settings that may be missing or empty, asked once for a query."""

from __future__ import annotations

from collections.abc import Callable

from google.protobuf.message import Message

from seachange.catalog.facts.relations import Policy
from seachange.checks.expressions import (
    Above,
    Call,
    called,
    cast_above,
    is_once,
    is_reading,
    parsed,
)
from seachange.checks.row_security import table_of
from seachange.checks.world import spelled
from seachange.sql import tree
from seachange.sql.nodes import AEXPR_NULLIF, EXPR_SUBLINK, Node

_MESSAGE = 11
Repeated = Callable[[Call], bool]


def mended(policy: Policy, is_repeated: Repeated) -> str:
    """ALTER POLICY with conditions that ask settings as they should be asked; calls that are repeated are made once.

    Empty, where that changes nothing, as what is wrong is in a function.
    """
    clauses = [("USING", policy.using), ("WITH CHECK", policy.check)]
    texts = [(word, text, _mended(text, is_repeated)) for word, text in clauses if text is not None]
    if all(new in ("", old) for _, old, new in texts):
        return ""
    said = " ".join(f"{word} ({new or old})" for word, old, new in texts)
    return f"ALTER POLICY {spelled(policy.names[-1:])} ON {table_of(policy)} {said};"


def _mended(text: str, is_repeated: Repeated) -> str:
    node = parsed(text)
    if node is None:
        return ""
    before = tree.text(node)
    whole = tree.wrapped(node)
    _mend(whole, (), is_repeated)
    after = tree.text(whole)
    return text if after == before else after


def _mend(node: Message, above: Above, is_repeated: Repeated) -> None:
    """From the inside out, so that what is put around a call is not gone into again."""
    inside = tree.inner(node)
    below = (*above, inside)
    for field, value in inside.ListFields():
        if field.type == _MESSAGE:
            for each in [value] if isinstance(value, Message) else value:
                if each.DESCRIPTOR.name == "Node":
                    _mend(each, below, is_repeated)
    if node.DESCRIPTOR.name == "Node" and is_reading(inside):
        _ask(node, above)
        if not is_once(above):
            _once(node)
    elif tree.kind(inside) == "FuncCall" and is_repeated(called(inside, above)):
        _once(node)


def _ask(node: Message, above: Above) -> None:
    """With true as the second argument, and no empty string where another type is made of it."""
    call = node.func_call
    del call.args[1:]
    call.args.add().a_const.boolval.boolval = True
    cast, guarded = cast_above(above)
    if cast and not guarded:
        old = Node()
        old.CopyFrom(node)
        node.Clear()
        expression = node.a_expr
        expression.kind = AEXPR_NULLIF
        expression.name.add().string.sval = "="
        expression.lexpr.CopyFrom(old)
        expression.rexpr.a_const.sval.sval = ""


def _once(node: Message) -> None:
    """In a sub-select, which is answered once."""
    old = Node()
    old.CopyFrom(node)
    node.Clear()
    link = node.sub_link
    link.sub_link_type = EXPR_SUBLINK
    select = link.subselect.select_stmt
    select.limit_option, select.op = 1, 1  # as the grammar has them where neither is asked for
    select.target_list.add().res_target.val.CopyFrom(old)


def never(call: Call) -> bool:
    """No function is called anew."""
    del call
    return False
