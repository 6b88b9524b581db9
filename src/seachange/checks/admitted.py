"""Which values a column admits, by its enum, its domain and the CHECK constraints of its table."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from msgspec import Struct

from seachange.catalog.facts.types import Domain, DomainConstraint, Enum
from seachange.checks.proof import conjuncts
from seachange.checks.scopes import Origin
from seachange.checks.world import World, spelled
from seachange.sql.nodes import (
    AEXPR_BETWEEN,
    AEXPR_IN,
    AEXPR_OP,
    AEXPR_OP_ANY,
    OR_EXPR,
    A_ArrayExpr,
    A_Const,
    A_Expr,
    BoolExpr,
    ColumnRef,
    NullTest,
    TypeCast,
)
from seachange.sql.quote import name, unquoted
from seachange.sql.tree import expression, inner


class Admitted(Struct, frozen=True):
    """What one rule lets in: `values` where it lists them, else `bounds` as operator and number.  `why` names it."""

    why: str
    values: tuple[str, ...] | None = None
    bounds: tuple[tuple[str, Decimal], ...] = ()
    enum: bool = False


def admitted(origin: Origin, world: World) -> Iterator[Admitted]:
    """What is said of a column, rule by rule.  Only such as hold for all rows that are there."""
    table, column = origin
    fact = world.column(table, column)
    yield from _of_type(fact.type if fact else "", world)
    for one in world.constraints(table):
        if one.type == "check" and one.validated and one.enforced and one.expression and not one.no_inherit:
            why = f"{name(one.names[-1])} of {spelled(table)}"
            yield from _told(one.expression, column, why)


def _of_type(type: str, world: World) -> Iterator[Admitted]:
    fact = world.type(unquoted(type)) if "." in type and not type.endswith("]") else None
    if isinstance(fact, Enum):
        yield Admitted(f"the enum {spelled(fact.names)}", fact.labels, enum=True)
    elif isinstance(fact, Domain):
        yield from _of_type(fact.type, world)
        for one in world.parts(fact.names):
            if isinstance(one, DomainConstraint) and one.validated and one.expression:
                yield from _told(one.expression, "value", f"the domain {spelled(fact.names)}")


def _told(condition: str, column: str, why: str) -> Iterator[Admitted]:
    node = expression(f"({condition})")
    for each in conjuncts(node) if node is not None else ():
        values = _values(inner(each), column)
        if values is not None:
            yield Admitted(why, tuple(values))
        elif bounds := tuple(_bounds(inner(each), column)):
            yield Admitted(why, bounds=bounds)


def _values(node: Any, column: str) -> list[str] | None:
    """The constants that a condition lets in, where it lists them."""
    if isinstance(node, NullTest):
        return [] if column_named(node.arg) == column else None
    if isinstance(node, BoolExpr) and node.boolop == OR_EXPR:
        listed = [found for each in node.args if (found := _values(inner(each), column)) is not None]
        return [value for each in listed for value in each] if len(listed) == len(node.args) else None
    compared = comparison(node)
    if compared and compared[1] == "=" and column_named(compared[0]) == column and compared[2] is not None:
        return compared[2]
    return None


def _bounds(node: Any, column: str) -> Iterator[tuple[str, Decimal]]:
    compared = comparison(node)
    if compared is None or column_named(compared[0]) != column or not compared[2]:
        return
    operator, values = compared[1], compared[2] or []
    numbers = [number(value) for value in values]
    if operator in ("<", "<=", ">", ">=") and numbers[0] is not None:
        yield operator, numbers[0]
    elif operator == "between" and len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
        yield from ((">=", numbers[0]), ("<=", numbers[1]))


def number(value: str) -> Decimal | None:
    try:
        found = Decimal(value)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def comparison(node: Any) -> tuple[Any, str, list[str] | None] | None:
    """A comparison with constants: what is compared, how, and with which; None where it is something else."""
    if not isinstance(node, A_Expr) or not node.name:
        return None
    operator = node.name[-1].string.sval
    if node.kind == AEXPR_OP and node.HasField("lexpr"):
        value = constant(node.rexpr)
        if value is not None:
            return node.lexpr, operator, [value]
        value = constant(node.lexpr)
        return (node.rexpr, _TURNED[operator], [value]) if value is not None and operator in _TURNED else None
    if node.kind == AEXPR_IN and operator == "=":
        return node.lexpr, "=", _constants(inner(node.rexpr).items)
    if node.kind == AEXPR_OP_ANY and operator == "=":
        array = _plain(node.rexpr)
        return (node.lexpr, "=", _constants(array.elements)) if isinstance(array, A_ArrayExpr) else None
    if node.kind == AEXPR_BETWEEN:
        return node.lexpr, "between", _constants(inner(node.rexpr).items)
    return None


def _constants(nodes: Any) -> list[str] | None:
    found = [constant(each) for each in nodes]
    return None if None in found else [value for value in found if value is not None]


def constant(node: Any) -> str | None:
    """The value of a constant, whatever it is cast to; None where it is none."""
    plain = _plain(node)
    if isinstance(plain, A_Expr) and plain.name and plain.name[-1].string.sval == "-" and not plain.HasField("lexpr"):
        value = constant(plain.rexpr)
        return None if value is None else f"-{value}"
    if not isinstance(plain, A_Const) or plain.isnull:
        return None
    for field, inside in (("sval", "sval"), ("ival", "ival"), ("fval", "fval")):
        if plain.HasField(field):
            return str(getattr(getattr(plain, field), inside))
    return None


def column_named(node: Any) -> str:
    """The column that an expression is, whatever it is cast to; empty where it is none."""
    plain = _plain(node)
    if isinstance(plain, ColumnRef) and plain.fields[-1].HasField("string"):
        return str(plain.fields[-1].string.sval)
    return ""


def plain_column(node: Any) -> ColumnRef | None:
    """The same as a node."""
    plain = _plain(node)
    return plain if isinstance(plain, ColumnRef) else None


def _plain(node: Any) -> Any:
    node = inner(node)
    while isinstance(node, TypeCast):
        node = inner(node.arg)
    return node
