"""What constraints prove, so that PostgreSQL need not read the rows: NOT NULL, or the bound of a partition."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Table, TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.world import World
from seachange.sql import tree
from seachange.sql.nodes import (
    AND_EXPR,
    IS_NOT_NULL,
    NOT_EXPR,
    A_Const,
    A_Expr,
    BoolExpr,
    ColumnRef,
    NullTest,
    PartitionBoundSpec,
    TypeCast,
)

MIDNIGHT = (" 00:00:00+00", " 00:00:00")


class Said(NamedTuple):
    """One thing that is said of a column: `a >= 5`, or `a IS NOT NULL`, which has no value."""

    column: str
    operator: str
    value: str = ""


NOT_NULL = "is not null"


def is_proven(table: Path, column: str, world: World, *, without: Collection[str] = ()) -> bool:
    """Whether valid checks of a table, other than those `without`, prove that a column has no null."""
    return any(
        Said(column, NOT_NULL) in said(constraint)
        for constraint in world.constraints(table)
        if constraint.names[-1] not in without and not constraint.no_inherit
    )


def said(constraint: TableConstraint) -> frozenset[Said]:
    """What a check says of all rows that are there."""
    return frozenset(filter(None, map(_said, _conditions(constraint))))


def _conditions(constraint: TableConstraint) -> Iterator[Message]:
    if constraint.type == "check" and constraint.validated and constraint.enforced and constraint.expression:
        node = tree.expression(constraint.expression)
        if node is not None:
            yield from conjuncts(node)


def conjuncts(node: Message) -> Iterator[Message]:
    """What must all be true for an expression to be."""
    node = tree.inner(node)
    if isinstance(node, BoolExpr) and node.boolop == AND_EXPR:
        for each in node.args:
            yield from conjuncts(each)
    else:
        yield node


def _said(node: Message) -> Said | None:
    match node:
        case NullTest() if node.nulltesttype == IS_NOT_NULL and (column := _column(node.arg)):
            return Said(column, NOT_NULL)
        case A_Expr() if node.name and (column := _column(node.lexpr)):
            value = _constant(node.rexpr)
            return None if value is None else Said(column, node.name[-1].string.sval, value)
    return None


def _column(node: Message) -> str:
    node = tree.inner(node)
    while isinstance(node, TypeCast):
        node = tree.inner(node.arg)
    if isinstance(node, ColumnRef) and len(node.fields) == 1 and node.fields[0].HasField("string"):
        return str(node.fields[0].string.sval)
    return ""


def _constant(node: Message) -> str | None:
    node = tree.inner(node)
    while isinstance(node, TypeCast):
        node = tree.inner(node.arg)
    if isinstance(node, A_Expr) and not node.HasField("lexpr") and node.name[-1].string.sval == "-":
        inside = _constant(node.rexpr)
        return None if inside is None else f"-{inside}"
    return _plain(node) if isinstance(node, A_Const) else None


def _plain(node: A_Const) -> str | None:
    if node.isnull:
        return None
    field = node.WhichOneof("val")
    value = getattr(node, field)
    text = str(getattr(value, field)) if field != "boolval" else str(value.boolval)
    return next((text.removesuffix(end) for end in MIDNIGHT if text.endswith(end)), text)


def keeps(table: Path, parent: Path, bound: PartitionBoundSpec, world: World) -> bool:
    """Whether the checks of a table prove that all its rows are within a bound of its parent to be."""
    wanted = list(_bounded(parent, bound, world))
    told = {one for constraint in world.constraints(table) for one in said(constraint)}
    told |= {Said(column.names[-1], NOT_NULL) for column in world.columns(table) if column.not_null}
    return bool(wanted) and all(_follows(one, told) for one in wanted)


def keeps_out(table: Path, parent: Path, bound: PartitionBoundSpec, world: World) -> bool:
    """Whether the checks of a default partition prove that none of its rows is within the bound of another."""
    wanted = frozenset(_bounded(parent, bound, world))
    if not wanted:
        return False
    for constraint in world.constraints(table):
        for condition in _conditions(constraint):
            if isinstance(condition, BoolExpr) and condition.boolop == NOT_EXPR:
                denied = [_said(each) for each in conjuncts(condition.args[0])]
                if None not in denied and wanted.issuperset(filter(None, denied)):
                    return True
    return False


def _bounded(parent: Path, bound: PartitionBoundSpec, world: World) -> Iterator[Said]:
    """What is true of the rows within a bound, by one column; nothing where it cannot be said so."""
    table = world.get(Ref("table", parent))
    column = _key(table)
    if not column or bound.strategy != "r" or len(bound.lowerdatums) != 1:
        return
    yield Said(column, NOT_NULL)
    for operator, datums in ((">=", bound.lowerdatums), ("<", bound.upperdatums)):
        value = _constant(datums[0])
        if value is not None:
            yield Said(column, operator, value)
        elif not datums[0].HasField("column_ref"):
            yield Said("", operator)


def _key(table: object) -> str:
    """The one plain column by whose ranges rows are parted."""
    if not isinstance(table, Table) or not table.partition_key:
        return ""
    word, _, rest = table.partition_key.partition(" ")
    inside = tree.expression(rest) if word == "RANGE" else None
    return _column(inside) if inside is not None else ""


def _follows(wanted: Said, told: Iterable[Said]) -> bool:
    return any(one.column == wanted.column and _implies(one, wanted) for one in told)


def _implies(one: Said, wanted: Said) -> bool:
    if one == wanted:
        return True
    try:
        here, there = Decimal(one.value), Decimal(wanted.value)
    except InvalidOperation:
        return False
    if wanted.operator == ">=":
        return (one.operator in (">=", "=") and here >= there) or (one.operator == ">" and here >= there)
    return wanted.operator == "<" and (
        (one.operator == "<" and here <= there) or (one.operator in ("<=", "=") and here < there)
    )
