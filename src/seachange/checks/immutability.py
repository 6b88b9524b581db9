"""Expressions whose value may change while the row does not: by the time, the time zone, a setting, or data."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.catalog.facts.routines import Function
from seachange.catalog.facts.types import Enum
from seachange.checks import builtin
from seachange.checks.columns import plain
from seachange.checks.folding import inlined
from seachange.checks.objects import strings
from seachange.checks.typed import type_of
from seachange.checks.world import World
from seachange.sql.nodes import (
    A_Const,
    A_Expr,
    ColumnRef,
    FuncCall,
    SQLValueFunction,
    TypeCast,
)
from seachange.sql.quote import unquoted
from seachange.sql.tree import inner, walk

_ZONED = "timestamp with time zone"
_LOCAL = "timestamp without time zone"
_TEXTS = frozenset({"text", "character varying", "character"})
_CASTS = frozenset(
    {
        ("date", _ZONED),
        (_LOCAL, _ZONED),
        (_ZONED, "date"),
        (_ZONED, _LOCAL),
        (_ZONED, "time without time zone"),
        (_ZONED, "time with time zone"),
        ("time without time zone", "time with time zone"),
        ("money", "numeric"),
        ("numeric", "money"),
        ("integer", "money"),
        ("bigint", "money"),
    }
)
_SHOWN_BY_SETTING = frozenset({"date", "interval", "money", "xml", _LOCAL, _ZONED})
_READ_BY_SETTING = _SHOWN_BY_SETTING | {"time with time zone", "time without time zone"}
_COMPARED = frozenset({"=", "<>", "<", ">", "<=", ">="})
_RESULTS = {
    "now": _ZONED,
    "clock_timestamp": _ZONED,
    "statement_timestamp": _ZONED,
    "to_timestamp": _ZONED,
    "lower": "text",
    "upper": "text",
    "btrim": "text",
    "concat": "text",
    "length": "integer",
}


def changing(expression: Message, table: Path, world: World) -> Iterator[str]:
    """What in an expression on rows of `table` may change, in words; nothing where that is not known."""
    types = {column.names[-1]: column.type for column in world.columns(table)}
    return changing_with(expression, types, world)


def changing_with(expression: Message, types: dict[str, str], world: World) -> Iterator[str]:
    """The same with the types of the columns."""
    for node in walk(expression):
        match node:
            case FuncCall():
                yield from _call(node, types, world)
            case SQLValueFunction():
                yield "the time or the role"
            case TypeCast():
                yield from _cast(node, types, world)
            case A_Expr():
                yield from _operator(node, types, world)


def _call(call: FuncCall, types: dict[str, str], world: World) -> Iterator[str]:
    names = strings(call.funcname)
    if names[:-1] in ((), ("pg_catalog",)) and (known := builtin.changing().get(names[-1])):
        arguments = ",".join(plain(_type(inner(each), types, world)) for each in call.args)
        if known == (builtin.ANY,) or any(_fits(arguments, each) for each in known):
            yield f"{names[-1]}()"
        return
    found = [one for one in world.functions(names[-1]) if names[:-1] in ((), one.names[:-1])]
    if found and all(_may_change(one, world) for one in found):
        yield f"{names[-1]}(), which is {found[0].volatility}"


def _may_change(function: Function, world: World) -> bool:
    """PostgreSQL asks after it has put a plain function's one expression in the place of the call."""
    if function.volatility == "immutable":
        return False
    inside = inlined(function)
    return inside is None or any(True for _ in changing_with(inside, {}, world))


def _fits(given: str, wanted: str) -> bool:
    """Whether arguments are of these types; text goes for a literal, whose type is not known."""
    own, other = given.split(","), wanted.split(",")
    alike = ((one or "text") == two for one, two in zip(own, other, strict=False))
    return len(own) == len(other) and all(alike)


def _cast(cast: TypeCast, types: dict[str, str], world: World) -> Iterator[str]:
    if isinstance(inner(cast.arg), A_Const):
        return
    source, target = plain(_type(inner(cast.arg), types, world)), plain(type_of(cast.type_name, world))
    if (source, target) in _CASTS or _by_text(source, target, world):
        yield f"the cast from {source} to {target}"


def _by_text(source: str, target: str, world: World) -> bool:
    if target in _TEXTS:
        return source in _SHOWN_BY_SETTING or _is_enum(source, world)
    return source in _TEXTS and (target in _READ_BY_SETTING or _is_enum(target, world))


def _is_enum(type: str, world: World) -> bool:
    return "." in type and isinstance(world.type(unquoted(type)), Enum)


def _operator(node: A_Expr, types: dict[str, str], world: World) -> Iterator[str]:
    sign = strings(node.name)[-1] if node.name else ""
    left, right = (plain(_type(inner(each), types, world)) for each in (node.lexpr, node.rexpr))
    moments = {left, right}
    if sign in ("+", "-") and moments == {_ZONED, "interval"}:
        yield f"{left} {sign} {right}"
    elif sign in _COMPARED and _ZONED in moments and moments & {"date", _LOCAL}:
        yield f"the comparison of {left} with {right}"


def _type(node: Message, types: dict[str, str], world: World) -> str:
    """The type of an expression; empty where it is not known."""
    match node:
        case ColumnRef() if len(node.fields) == 1 and node.fields[0].HasField("string"):
            return types.get(node.fields[0].string.sval, "")
        case TypeCast():
            return type_of(node.type_name, world)
        case FuncCall():
            return _result(node, types, world)
        case A_Expr() if node.name and strings(node.name)[-1] in ("+", "-"):
            return _sum(*(plain(_type(inner(each), types, world)) for each in (node.lexpr, node.rexpr)))
    return ""


def _sum(left: str, right: str) -> str:
    return left if left in (_ZONED, _LOCAL) and right == "interval" else ""


def _result(call: FuncCall, types: dict[str, str], world: World) -> str:
    name = strings(call.funcname)[-1]
    if name == "timezone" and len(call.args) > 1:
        return {_ZONED: _LOCAL, _LOCAL: _ZONED}.get(_type(inner(call.args[1]), types, world), "")
    if name == "date_trunc" and len(call.args) > 1:
        return _type(inner(call.args[1]), types, world)
    found = world.functions(name)
    return found[0].returns or "" if found else _RESULTS.get(name, "")
