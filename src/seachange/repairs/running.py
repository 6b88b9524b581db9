"""Functions that are made without a word and fail when they are called."""

from __future__ import annotations

from collections.abc import Iterator

from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.repairs.within import inner
from seachange.sql import tree
from seachange.sql.edit import Edit, edited
from seachange.sql.nodes import SETOP_NONE, CreateFunctionStmt, ResTarget, SelectStmt
from seachange.sql.parse import tokens

AMBIGUOUS, MISMATCH = "42702", "42804"
_RETURNED, _EXPECTED, _COLUMN = "Returned type ", " does not match expected type ", " in column "
_DEEPER = {"(": 1, "[": 1, ")": -1, "]": -1}
ENDS = frozenset({",", ";", "AS", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "UNION"})
BY_COLUMN = "#variable_conflict use_column"


def mend(refusal: Refusal, case: Case) -> Iterator[Question]:
    """A call failed for what the body says, whatever it is called with."""
    node = case.node
    if not isinstance(node, CreateFunctionStmt):
        return
    label = ".".join(part.string.sval for part in node.funcname)
    if refusal.code == AMBIGUOUS and (text := _by_column(case.text, node)):
        repair = Repair(
            name="use-column",
            does=f"A name in {label}() stands for a column and for a variable: the column is meant.",
            text=text,
        )
        yield Question(f"ambiguous-name {label}", f"{label}() cannot run: {refusal.said}.", (repair,))
    if refusal.code == MISMATCH and (text := _cast(refusal, case)):
        repair = Repair(
            name="cast",
            does=f"{label}() returns a column of another type than it promises: it is converted.",
            text=text,
        )
        yield Question(f"wrong-type {label}", f"{label}() cannot run: {refusal.said}. {refusal.detail}", (repair,))


def _by_column(sql: str, node: CreateFunctionStmt) -> str:
    """The function with PL/pgSQL's own word for that, at the beginning of its body."""
    body = _body(node)
    if not body or BY_COLUMN in body or sql.count(body) != 1:
        return ""
    return sql.replace(body, f"\n{BY_COLUMN}{body if body.startswith(chr(10)) else chr(10) + body}")


def _body(node: CreateFunctionStmt) -> str:
    for option in node.options:
        if option.def_elem.defname == "as":
            return str(option.def_elem.arg.list.items[0].string.sval)
    return ""


def _cast(refusal: Refusal, case: Case) -> str:
    """The function with the column converted that its query returns as another type."""
    place, block = refusal.detail.rstrip(").").rpartition(" ")[2], inner(refusal, case)
    wanted = refusal.detail.partition(_EXPECTED)[2].partition(_COLUMN)[0]
    if block is None or not refusal.detail.startswith(_RETURNED) or not place.isdigit():
        return ""
    query = tree.tree(block.text)
    if not isinstance(query, SelectStmt) or query.op != SETOP_NONE or int(place) > len(query.target_list):
        return ""
    target = query.target_list[int(place) - 1].res_target
    return case.text.replace(block.text, _converted(block.text, target, wanted))


def _converted(sql: str, target: ResTarget, type: str) -> str:
    """`sql` with one of its results converted, under the name that it has."""
    raw, found = sql.encode(), tokens(sql)
    words = [one.text.upper() for one in found]
    first = next(i for i, (start, *_) in enumerate(found) if start >= target.location)
    last = _last(words, first)
    if target.name and _is_alias(words[last], target) and last > first:
        last -= 1
    start, end = found[first][0], found[last][1]
    return edited(raw, [Edit(start, end, f"({raw[start:end].decode()})::{type}")]).decode()


def _last(words: list[str], first: int) -> int:
    """The last token of a result: before its AS, the next comma, or the next clause of the query."""
    depth, last = 0, first
    for i in range(first, len(words)):
        ends = words[i] in ENDS and words[i - 1] != "WITHIN"
        if not depth and ends and i > first:
            break
        depth += _DEEPER.get(words[i], 0) + (words[i] == "CASE") - (words[i] == "END")
        last = i
    return last


def _is_alias(word: str, target: ResTarget) -> bool:
    """Whether the last token of a result is a name that it is given without AS."""
    return word.strip('"') == target.name.upper() and not target.val.HasField("column_ref")
