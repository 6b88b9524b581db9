"""What PostgreSQL calls a column of a query that nobody has named."""

from __future__ import annotations

from typing import Any

from seachange.sql.nodes import (
    AEXPR_NULLIF,
    ARRAY_SUBLINK,
    EXISTS_SUBLINK,
    EXPR_SUBLINK,
    IS_LEAST,
    A_Indirection,
    ColumnRef,
    SelectStmt,
)
from seachange.sql.tree import inner

UNNAMED = "?column?"
Named = tuple[str, bool]
_VALUES = (
    "",
    "current_date",
    "current_time",
    "current_time",
    "current_timestamp",
    "current_timestamp",
    "localtime",
    "localtime",
    "localtimestamp",
    "localtimestamp",
    "current_role",
    "current_user",
    "user",
    "session_user",
    "current_catalog",
    "current_schema",
)


def output_name(node: Any) -> str:
    """The name of a column that is this expression."""
    return _figured(node)[0] or UNNAMED


def _figured(node: Any) -> Named:
    """A name, and whether it is better than that of a type around it."""
    kind = node.DESCRIPTOR.name
    if kind in _FIXED:
        return _FIXED[kind], True
    return _FIGURED[kind](node) if kind in _FIGURED else ("", False)


def _called(node: Any) -> Named:
    return node.funcname[-1].string.sval, True


def _operator(node: Any) -> Named:
    return ("nullif", True) if node.kind == AEXPR_NULLIF else ("", False)


def _cast(node: Any) -> Named:
    name, sure = _figured(inner(node.arg))
    return (name, sure) if sure else (node.type_name.names[-1].string.sval, False)


def _below(node: Any) -> Named:
    return _figured(inner(node.arg))


def _case(node: Any) -> Named:
    name, sure = _figured(inner(node.defresult)) if node.HasField("defresult") else ("", False)
    return (name, sure) if sure else ("case", False)


def _value(node: Any) -> Named:
    return _VALUES[node.op], True


def _extreme(node: Any) -> Named:
    return ("least" if node.op == IS_LEAST else "greatest"), True


_FIXED = {
    "A_ArrayExpr": "array",
    "RowExpr": "row",
    "CoalesceExpr": "coalesce",
    "GroupingFunc": "grouping",
}


def _last(node: Any) -> Named:
    """The last name in a path; of an element of an array, that of the array."""
    parts = node.fields if isinstance(node, ColumnRef) else node.indirection
    named = [part.string.sval for part in parts if part.HasField("string")]
    if named:
        return named[-1], True
    return _figured(inner(node.arg)) if isinstance(node, A_Indirection) else ("", False)


def _sublink(node: Any) -> Named:
    match node.sub_link_type:
        case kind if kind == EXISTS_SUBLINK:
            return "exists", True
        case kind if kind == ARRAY_SUBLINK:
            return "array", True
        case kind if kind == EXPR_SUBLINK:
            query = inner(node.subselect)
            if isinstance(query, SelectStmt) and query.target_list:
                target = query.target_list[0].res_target
                return (target.name, True) if target.name else _figured(inner(target.val))
    return "", False


_FIGURED = {
    "ColumnRef": _last,
    "A_Indirection": _last,
    "FuncCall": _called,
    "A_Expr": _operator,
    "TypeCast": _cast,
    "CollateClause": _below,
    "SubLink": _sublink,
    "CaseExpr": _case,
    "SQLValueFunction": _value,
    "MinMaxExpr": _extreme,
}
