"""Repairs: what can be done about what PostgreSQL refuses of a script, in the least change that serves.

Each module of this package mends one sort of trouble.  It has a function `mend` that is given a refusal and its case,
and yields questions; the first question of the first module that has one is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seachange.repairs import functions, order
from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal
from seachange.repairs.repair import Question

Mender = Callable[[Refusal, Case], Iterator[Question]]

MENDERS: tuple[Mender, ...] = (
    order.mend,
    functions.mend,
)
"""In the order in which they are asked."""


def question(refusal: Refusal, case: Case) -> Question | None:
    """What has to be decided about a refusal; None where nobody knows what to do."""
    return next((found for mender in MENDERS for found in mender(refusal, case)), None)
