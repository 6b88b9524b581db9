"""Repairs: what can be done about what PostgreSQL refuses of a script, in the least change that serves.

Each module of this package mends one sort of trouble.  It has a function `mend` that is given a refusal and its case,
and yields questions; the first question of the first module that has one is asked.  In place of a question it may
yield the refusal that stands behind the one it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec.structs import replace

from seachange.repairs import (
    collisions,
    columns,
    extensions,
    forbidden,
    foreign_keys,
    functions,
    leaving,
    misfits,
    operators,
    order,
    platform,
    privileges,
    queries,
    retyped,
    roles,
    running,
    schemas,
    settings,
    syntax,
    tables,
    there_constraint,
    there_index,
    there_object,
    there_table,
    there_type,
    transactions,
    trigger_functions,
    triggers,
    unfinished,
    unique_expressions,
    versions,
    volatile,
    within,
)
from seachange.repairs.case import Case
from seachange.repairs.refusal import Refusal, Sort
from seachange.repairs.repair import Question

Mender = Callable[[Refusal, Case], Iterator[Question | Refusal]]

MENDERS: tuple[Mender, ...] = (
    collisions.mend,
    there_table.mend,
    there_type.mend,
    there_index.mend,
    there_constraint.mend,
    there_object.mend,
    transactions.mend,
    misfits.mend,
    retyped.mend,
    order.mend,
    functions.mend,
    platform.mend,
    tables.mend,
    foreign_keys.mend,
    volatile.mend,
    unique_expressions.mend,
    syntax.mend,
    unfinished.mend,
    trigger_functions.mend,
    operators.mend,
    roles.mend,
    extensions.mend,
    schemas.mend,
    columns.mend,
    queries.mend,
    versions.mend,
    privileges.mend,
    leaving.mend,
)
"""In the order in which they are asked.  One that finds another refusal behind the first gives that back."""

IN_USE: tuple[Mender, ...] = (running.mend, settings.mend)
"""Asked first where a statement passed, and what it made fails in use."""
FORESEEN: tuple[Callable[[Case], Iterator[Question]], ...] = (
    triggers.foreseen,
    platform.foreseen,
    functions.foreseen,
    forbidden.foreseen,
)
"""Those that know of what PostgreSQL takes without a word."""

DEEP = 5


def question(refusal: Refusal, case: Case, deep: int = DEEP) -> Question | None:
    """What has to be decided about a refusal; None where nobody knows what to do."""
    if refusal.sort is Sort.PROBE and (found := _first(IN_USE, refusal, case, deep)):
        return found
    if block := within.inner(refusal, case):
        found = question(replace(refusal, context="", at=None), block, deep)
        return within.outer(found, case, block) if found else None
    return _first(MENDERS, refusal, case, deep)


def _first(menders: Iterable[Mender], refusal: Refusal, case: Case, deep: int) -> Question | None:
    for mender in menders:
        for each in mender(refusal, case):
            if isinstance(each, Question):
                return each
            if deep and (behind := question(each, case, deep - 1)):
                return behind
    return None


def foreseen(case: Case, settled: Collection[str] = ()) -> Question | None:
    """What has to be decided about a statement that PostgreSQL would take without a word; `settled` has been."""
    asked = (found for each in FORESEEN for found in each(case))
    return next((found for found in asked if found.key not in settled), None)
