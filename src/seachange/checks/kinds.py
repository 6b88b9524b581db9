"""The types of expressions, as far as they are plain to see; empty where they are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from seachange.checks.scopes import Scope
from seachange.checks.typed import type_of, without_length
from seachange.checks.world import World
from seachange.sql.nodes import (
    AEXPR_OP,
    A_Const,
    A_Expr,
    CoalesceExpr,
    ColumnRef,
    FuncCall,
    SQLValueFunction,
    TypeCast,
)
from seachange.sql.tree import inner

Named = Callable[[tuple[str, ...]], str]
"""The type of a variable, by its name or that of a record and its field."""

_RESULTS = {
    "count": "bigint",
    "row_number": "bigint",
    "rank": "bigint",
    "dense_rank": "bigint",
    "now": "timestamp with time zone",
    "clock_timestamp": "timestamp with time zone",
    "gen_random_uuid": "uuid",
    "jsonb_agg": "jsonb",
    "jsonb_build_object": "jsonb",
    "json_agg": "json",
    "json_build_object": "json",
    "to_jsonb": "jsonb",
    "string_agg": "text",
    "to_char": "text",
    "concat": "text",
    "format": "text",
    "extract": "numeric",
    "date_part": "double precision",
    "percentile_cont": "double precision",
    "length": "integer",
    "array_length": "integer",
    "bool_and": "boolean",
    "bool_or": "boolean",
}
_SUMS = {"smallint": "bigint", "integer": "bigint", "bigint": "numeric", "numeric": "numeric"}
_MEANS = {
    "smallint": "numeric",
    "integer": "numeric",
    "bigint": "numeric",
    "numeric": "numeric",
    "real": "double precision",
    "double precision": "double precision",
}
_TODAY = 1
_TRUTHS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">=", "~~", "!~~"})


def type_seen(node: Any, scope: Scope, world: World, named: Named) -> str:
    """The type of an expression without its length."""
    match node:
        case TypeCast():
            return without_length(type_of(node.type_name, world))
        case ColumnRef():
            return _named(node, scope, world, named)
        case FuncCall():
            return _called(node, scope, world, named)
        case A_Const():
            return _constant(node)
        case SQLValueFunction() if node.op == _TODAY:
            return "date"
        case CoalesceExpr():
            types = {type_seen(inner(each), scope, world, named) for each in node.args}
            return types.pop() if len(types) == 1 else ""
        case A_Expr() if node.kind == AEXPR_OP and node.HasField("lexpr"):
            return _operated(node, scope, world, named)
    return ""


def _named(node: Any, scope: Scope, world: World, named: Named) -> str:
    names = tuple(part.string.sval for part in node.fields if part.HasField("string"))
    if len(names) != len(node.fields):
        return ""
    origin = scope.origin(node)
    column = world.column(*origin) if origin else None
    return without_length(column.type) if column else named(names)


def _constant(node: Any) -> str:
    """A string is of whatever type is wanted."""
    if node.HasField("ival"):
        return "integer"
    return "boolean" if node.HasField("boolval") else ""


def _called(node: Any, scope: Scope, world: World, named: Named) -> str:
    function = node.funcname[-1].string.sval
    if function in ("sum", "avg") and len(node.args) == 1:
        of = type_seen(inner(node.args[0]), scope, world, named)
        return (_SUMS if function == "sum" else _MEANS).get(of, "")
    if function in ("min", "max") and len(node.args) == 1:
        return type_seen(inner(node.args[0]), scope, world, named)
    return "" if world.functions(function) else _RESULTS.get(function, "")


def _operated(node: Any, scope: Scope, world: World, named: Named) -> str:
    operator = node.name[-1].string.sval
    if operator in _TRUTHS:
        return "boolean"
    sides = [type_seen(inner(side), scope, world, named) for side in (node.lexpr, node.rexpr)]
    return "integer" if operator == "-" and sides == ["date", "date"] else ""


_NUMBERS = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision"})
_STRINGS = frozenset({"text", "character varying", "character"})


def sort(type: str) -> str:
    """What a type can be compared with; empty where that is not sure."""
    if type in _NUMBERS:
        return "number"
    if type in _STRINGS:
        return "string"
    return type if type in ("uuid", "boolean", "jsonb") else ""
