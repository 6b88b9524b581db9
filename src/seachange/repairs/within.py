"""A statement within a DO block: what mends it alone mends it there."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from seachange.repairs.case import Case, Line
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question, Repair
from seachange.sql.nodes import DoStmt

_BEGINS, _ENDS = 'SQL statement "', '"\nPL/pgSQL function inline_code_block'
NOTHING = "NULL"
"""A statement of PL/pgSQL that does nothing."""


def inner(refusal: Refusal, case: Case) -> Case | None:
    """The case of the statement that the block was at, as if it stood alone; None for what is no such block."""
    if not isinstance(case.node, DoStmt) or not refusal.context.startswith(_BEGINS):
        return None
    text = refusal.context.removeprefix(_BEGINS).partition(_ENDS)[0]
    if not text or case.text.count(text) != 1:
        return None
    lines: list[Line] = list(case.lines)
    lines[case.number] = Line(case.line.written, text)
    return replace(case, lines=lines)


def outer(question: Question, case: Case, within: Case) -> Question:
    """The question about the statement of a block, as one about the block."""
    return replace(question, repairs=_outer(question.repairs, case, within))


def _outer(repairs: Sequence[Repair], case: Case, within: Case) -> tuple[Repair, ...]:
    return tuple(
        repair if repair.text is None else replace(repair, text=_put(repair, case, within), after=())
        for repair in repairs
    )


def _put(repair: Repair, case: Case, within: Case) -> str:
    """The block with the repaired statement in its place, and what is added behind it behind that."""
    parts = ";\n".join(filter(None, (repair.text, *repair.after))) or NOTHING
    return case.text.replace(within.text, parts)
