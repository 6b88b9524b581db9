"""A condition that no row can meet, because a CHECK, an enum or a domain does not let such a value in.

`status = 'succeeded'` where the column admits 'completed' only: the query runs, and counts nothing.  Sums over such
rows are zero, a partial index on them is empty, and a policy lets nobody in.  It comes of code that was written for
another schema, of labels that were renamed, of capitals.  A label that an enum lacks is refused when the statement is
run (22P02), which for a function is when it is called.

Compare with a value that the column admits, or let the other one in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from seachange.checks.admitted import Admitted, admitted, comparison, constant, number, plain_column
from seachange.checks.around import Around, State
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.definitions import definitions
from seachange.checks.scopes import Origin, Placed, outside, placed
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import NOT_EXPR, BoolExpr, CaseExpr
from seachange.sql.quote import literal

_ALIKE = 0.8
"""So much alike are two values of which one may be meant for the other."""


class Excluded(Struct, frozen=True):
    """A comparison with values none of which, or not all of which, can be there."""

    origin: Origin
    wrong: tuple[str, ...]
    rule: Admitted
    node: Any
    all: bool = True


def _look(written: Written, around: Around) -> Remarks:
    node: Any = written.node
    for found in _once(excluded(placed(node, around.world), around.world)):
        yield _remark(found, at=found.node)
    for inner in written.inner:
        if inner.node is not None:
            for found in _once(excluded(placed(inner.node, around.world), around.world)):
                yield _remark(found, at=inner.byte(found.node.location))


def _state(state: State) -> Remarks:
    world = World(state.catalog)
    for one in definitions(world):
        for found in _once(excluded(one.expressions, world)):
            yield _remark(found, f"In {one.what}: ", about=one.about)


def _once(found: Iterable[Excluded]) -> Iterable[Excluded]:
    """The same comparison is told where it stands first."""
    first: dict[tuple[Origin, tuple[str, ...]], Excluded] = {}
    for each in found:
        first.setdefault((each.origin, each.wrong), each)
    return first.values()


def excluded(expressions: Iterable[Placed], world: World) -> Iterator[Excluded]:
    """The comparisons in expressions that no row can meet, or not with all of their values."""
    for one in expressions:
        for node in _asked(one):
            for column, operator, values in _comparisons(node):
                reference = plain_column(column)
                origin = one.scope.origin(reference) if reference is not None else None
                if origin and values:
                    yield from _against(origin, operator, values, node, world)


def _asked(one: Placed) -> Iterable[Any]:
    """The parts of an expression that are asked as they are: what NOT turns around is always true, not never."""
    return outside(one.node, _denies) if any(map(_denies, one.parts)) else one.parts


def _denies(node: Any) -> bool:
    return isinstance(node, BoolExpr) and bool(node.boolop == NOT_EXPR)


def _comparisons(node: Any) -> Iterator[tuple[Any, str, list[str] | None]]:
    """The comparison that a node is; those of a CASE with what it compares."""
    if isinstance(node, CaseExpr) and node.HasField("arg"):
        for each in node.args:
            value = constant(each.case_when.expr)
            yield node.arg, "=", None if value is None else [value]
    elif (found := comparison(node)) is not None:
        yield found


def _against(origin: Origin, operator: str, values: list[str], node: Any, world: World) -> Iterator[Excluded]:
    for rule in admitted(origin, world):
        if rule.values is not None and operator == "=":
            wrong = tuple(value for value in values if value not in rule.values)
            if wrong:
                yield Excluded(origin, wrong, rule, node, all=len(wrong) == len(values))
                return
        elif rule.bounds and not any(_within(rule, operator, values)):
            yield Excluded(origin, tuple(values), rule, node)
            return


def _within(rule: Admitted, operator: str, values: list[str]) -> Iterator[bool]:
    """Whether some number meets both; true where that cannot be told."""
    numbers = [number(value) for value in values]
    if None in numbers:
        yield True
    known = [each for each in numbers if each is not None]
    if operator == "=":
        yield from (all(_holds(each, *bound) for bound in rule.bounds) for each in known)
    elif operator in (">", ">="):
        yield all(bound[0] in (">", ">=") or _reaches(known[0], operator, *bound) for bound in rule.bounds)
    elif operator in ("<", "<="):
        yield all(bound[0] in ("<", "<=") or _reaches(known[0], operator, *bound) for bound in rule.bounds)
    else:
        yield operator != "between" or _between(known, rule)


def _holds(value: Any, operator: str, bound: Any) -> bool:
    return bool(
        {"<": value < bound, "<=": value <= bound, ">": value > bound, ">=": value >= bound}.get(operator, True)
    )


def _reaches(value: Any, operator: str, other: str, bound: Any) -> bool:
    """Whether what is beyond `value` and what is on this side of `bound` have something in common."""
    touching = operator.endswith("=") and other.endswith("=")
    apart = bound > value if operator.startswith(">") else bound < value
    return bool(apart or (touching and bound == value))


def _between(values: list[Any], rule: Admitted) -> bool:
    low, high = values
    return all(_holds(high, *bound) if bound[0].startswith(">") else _holds(low, *bound) for bound in rule.bounds)


def _remark(found: Excluded, where: str = "", *, about: str = "", at: Any = None) -> Remark:
    column, wrong = spelled((*found.origin[0], found.origin[1])), ", ".join(map(literal, found.wrong))
    effect = "no row can meet this" if found.all else "that part of it finds nothing"
    if found.rule.enum:
        effect = "the server refuses it"
    close = _close(found)
    return Remark(
        message=f"{where}{column} is never {wrong} ({found.rule.why}): {effect}."
        if found.rule.values is not None
        else f"{where}no value of {column} that {found.rule.why} admits meets this comparison with {wrong}.",
        about=about or column,
        at=at,
        advice=f"Did you mean {close}?" if close else f"It admits {_listed(found.rule)}.",
        severity=None if found.all else Severity.NOTE,
    )


def _close(found: Excluded) -> str:
    known = {value.lower(): value for value in found.rule.values or ()}
    matches = (get_close_matches(value.lower(), known, 1, _ALIKE) for value in found.wrong)
    return ", ".join(literal(known[match[0]]) for match in matches if match)


def _listed(rule: Admitted, most: int = 12) -> str:
    if rule.values is None:
        return " and ".join(f"{operator} {bound}" for operator, bound in rule.bounds)
    return ", ".join(map(literal, rule.values[:most])) + (" and others" if len(rule.values) > most else "")


CHECK = Check(
    name="impossible-predicate",
    code="CO37",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="conditions that no row can meet",
    kinds=(
        "SelectStmt",
        "InsertStmt",
        "UpdateStmt",
        "DeleteStmt",
        "MergeStmt",
        "ViewStmt",
        "CreateTableAsStmt",
        "IndexStmt",
        "CreatePolicyStmt",
        "AlterPolicyStmt",
        "CreateTrigStmt",
        "CreateFunctionStmt",
        "DoStmt",
    ),
    statement=_look,
    state=_state,
)
