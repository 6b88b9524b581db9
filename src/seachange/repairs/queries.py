"""Queries that PostgreSQL does not take: aggregates within aggregates, columns that several relations have."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.repairs.case import Case
from seachange.repairs.leaving import left_out
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.repairs.scopes import reference, sources
from seachange.sql import tree
from seachange.sql.clauses import Text
from seachange.sql.edit import Edit
from seachange.sql.lists import item, without
from seachange.sql.nodes import JOIN_INNER, A_Expr, ColumnRef, JoinExpr, Node
from seachange.sql.quote import name as quoted


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    if case.node is None or refusal.at is None:
        return
    if refusal.code == "42803" and "nested" in refusal.said:
        yield from _nested(refusal, case)
    elif refusal.code == "42702" and refusal.quoted:
        yield from _ambiguous(refusal, case)


def _nested(refusal: Refusal, case: Case) -> Iterator[Question]:
    """The item that PostgreSQL cannot compute is left out; all other columns stay."""
    text, at = Text(case.text), refusal.at or 0
    found = item(text, at)
    repairs = [left_out(case, "an aggregate within another cannot be computed in one query")]
    if found is not None and found.kind == "SELECT" and found.count > 1:
        told = " ".join(text.written(found.first, found.end).split())
        shown = told.rpartition(" ")[2]
        item_out = Repair(
            name="leave-item",
            does=f"Without {shown}, which needs an aggregate of an aggregate.",
            follows=f"There is no {shown}; somebody must write it as a query of its own.",
            text=without(text, found),
        )
        repairs.insert(0, item_out)
    yield Question(f"nested-aggregate {case.line.written.place}", f"{refusal.said}.", tuple(repairs), open=True)


def _ambiguous(refusal: Refusal, case: Case) -> Iterator[Question]:
    """Named with its relation, where it makes no difference which; else somebody must say which is meant."""
    column, text = refusal.quoted[0], Text(case.text)
    one = reference(case.node, refusal.at, column)
    if one is None:
        return
    found = [each.alias for each in sources(case, case.node, one) if column in each.columns]
    certain = _inner_only(case) and any(_equal(each, column, found) for each in _nodes(case))
    piece = text.pieces[text.at(one.location)]
    repairs = tuple(
        Repair(
            name=f"of:{alias}",
            does=f"{column} is that of {alias}{', which is the same in both' if certain else ''}.",
            follows="" if certain else f"If another {column} was meant, the result is another.",
            text=text.changed([Edit(piece.start, piece.start, f"{quoted(alias)}.")]),
        )
        for alias in (found[:1] if certain else found)
    )
    left = left_out(case, f"several relations have a column {column}, and nothing says which is meant")
    asked = f"ambiguous-column {case.line.written.place} {column}"
    asks = f"{' and '.join(found)} have a column {column}, and the query does not say which it means."
    yield Question(asked, asks, repairs if certain else (left, *repairs), open=not certain)


def _nodes(case: Case) -> Iterator[Node]:
    return tree.walk(case.node) if case.node is not None else iter(())


def _inner_only(case: Case) -> bool:
    """Whether no join of the statement adds rows of nulls."""
    return all(each.jointype == JOIN_INNER for each in _nodes(case) if isinstance(each, JoinExpr))


def _equal(node: Message, column: str, aliases: list[str]) -> bool:
    """Whether a query joins by this column, so that it is the same in all."""
    if not isinstance(node, A_Expr) or [one.string.sval for one in node.name] != ["="]:
        return False
    sides = [tree.inner(side) for side in (node.lexpr, node.rexpr)]
    named = {side.fields[0].string.sval for side in sides if _names(side, column)}
    return len(named) == 2 and named == set(aliases)


def _names(side: Node, column: str) -> bool:
    return isinstance(side, ColumnRef) and len(side.fields) == 2 and bool(side.fields[1].string.sval == column)
