"""Repairs: what can be done about what PostgreSQL refuses of a script, in the least change that serves.

Each module of this package mends one sort of trouble.  It has a function `mend` that is given a refusal and its case,
and yields questions; the first question of the first module that has one is asked.  In place of a question it may
yield the refusal that stands behind the one it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seachange.repairs import (
    functions,
    misfits,
    order,
    there_constraint,
    there_index,
    there_object,
    there_table,
    there_type,
)
from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question

Mender = Callable[[Refusal, Case], Iterator[Question | Refusal]]

MENDERS: tuple[Mender, ...] = (
    there_table.mend,
    there_type.mend,
    there_index.mend,
    there_constraint.mend,
    there_object.mend,
    misfits.mend,
    order.mend,
    functions.mend,
)
"""In the order in which they are asked.  One that finds another refusal behind the first gives that back."""

DEEP = 5


def question(refusal: Refusal, case: Case, deep: int = DEEP) -> Question | None:
    """What has to be decided about a refusal; None where nobody knows what to do."""
    for mender in MENDERS:
        for found in mender(refusal, case):
            if isinstance(found, Question):
                return found
            if deep and (behind := question(found, case, deep - 1)):
                return behind
    return None
