"""Expressions as PostgreSQL folds them before it asks whether every row gets a value of its own."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.catalog.facts.routines import Function
from seachange.checks.world import World
from seachange.rules.volatility import BARE, STEADY, VOLATILE
from seachange.sql import tree
from seachange.sql.nodes import FuncCall, SelectStmt

SYSTEM = ("pg_catalog",)
DEEPEST = 10
"""Functions within functions: further down nobody looks."""


def is_volatile(node: Message, world: World, depth: int = 0) -> bool:
    """Whether it may be another value for each row.  A function of which nothing is known may be."""
    return any(_differs(call, world, depth) for call in tree.walk(node) if isinstance(call, FuncCall))


def _differs(call: FuncCall, world: World, depth: int) -> bool:
    names = tuple(part.string.sval for part in call.funcname)
    if names[:-1] in ((), SYSTEM):
        if names[-1] in VOLATILE:
            return True
        if names[-1] in STEADY and not (call.args and names[-1] in BARE):
            return False
    found = list(_meant(names, len(call.args), world))
    return not found or any(_is_volatile(function, world, depth) for function in found)


def _meant(names: tuple[str, ...], arguments: int, world: World) -> Iterator[Function]:
    """The functions of that name that take so many arguments; defaults may fill in the rest."""
    schemas = (names[:-1],) if len(names) > 1 else tuple((schema,) for schema in world.search_path)
    for function in world.functions(names[-1]):
        if function.names[:-1] in schemas and len(function.args) >= arguments:
            yield function


def _is_volatile(function: Function, world: World, depth: int) -> bool:
    if function.volatility != "volatile":
        return False
    inside = inlined(function) if depth < DEEPEST else None
    return inside is None or is_volatile(inside, world, depth + 1)


def inlined(function: Function) -> Message | None:
    """What PostgreSQL puts in the place of a call: the one expression of a plain function in SQL."""
    plain = function.language == "sql" and not (function.strict or function.security_definer or function.settings)
    if not plain or (function.returns or "").startswith(("SETOF ", "TABLE(", "record")):
        return None
    try:
        body = tree.tree(function.body or "") if function.body else _standard(function.statements or "")
    except tree.NotParsed:
        return None
    if isinstance(body, SelectStmt) and _is_plain(body):
        return body.target_list[0].res_target.val
    return None


def _standard(statements: str) -> Message | None:
    """The body of a function that is written as RETURN expression."""
    word, _, rest = statements.partition(" ")
    return tree.tree(f"SELECT {rest}") if word == "RETURN" else None


def _is_plain(select: SelectStmt) -> bool:
    """Nothing but one expression."""
    fields = {field.name for field, _ in select.ListFields()}
    return len(select.target_list) == 1 and fields <= {"target_list", "limit_option", "op"}
