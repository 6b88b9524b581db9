"""Checks whose whole answer a running database gives: its statistics, the age of its rows."""

from __future__ import annotations

from collections.abc import Callable

from seachange.catalog.facts.relations import MaterializedView, Table
from seachange.checks.around import State
from seachange.checks.check import Question, Remark, Remarks

SPELLED = "case n.nspname when 'public' then quote_ident(c.relname) else format('%I.%I', n.nspname, c.relname) end"
"""A relation as messages have it, in a query that calls it `c` and its schema `n`."""


def asking(sql: str, message: str, advice: str) -> Callable[[State], Remarks]:
    """One question about all tables of a state; none where it has none.  `{spelled}` in it names the relation."""
    question = Question(sql.replace("{spelled}", SPELLED))

    def look(state: State) -> Remarks:
        if any(True for kind in (Table, MaterializedView) for _ in state.whole.of(kind)):
            yield Remark(message=message, advice=advice, asks=question)

    return look
