"""Rows in a DEFAULT partition stop the partition that they belong into, when somebody comes to make it (23514).

Each ATTACH, and each CREATE TABLE … PARTITION OF, reads the DEFAULT partition first to see whether a row there belongs
to the new one, under a lock that stops everybody.  One such row, and it fails.

Move the rows: detach the DEFAULT partition, make the right ones, insert the rows again.
"""

from __future__ import annotations

from seachange.catalog.facts.relations import Table
from seachange.checks.around import State
from seachange.checks.check import Check, Needs, Question, Remark, Remarks
from seachange.checks.named import shown
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.quote import literal


def _state(state: State) -> Remarks:
    tables = [table for table in state.catalog.of(Table) if table.bound == "DEFAULT"]
    if tables:
        yield Remark(
            message="Whether DEFAULT partitions have rows, only the database knows.",
            advice="Make partitions for these rows, and move them there.",
            asks=Question("\nunion all\n".join(map(_query, tables))),
        )


def _query(table: Table) -> str:
    parent = spelled(table.parents[0]) if table.parents else "its table"
    message = f"{spelled(table.names)} has rows that no other partition of {parent} takes."
    return f"select {literal(spelled(table.names))}, {literal(message)} where exists (select from {shown(table.names)})"


CHECK = Check(
    name="default-partition-has-rows",
    code="CO30",
    severity=Severity.WARNING,
    needs=frozenset({Needs.DATA}),
    summary="rows in DEFAULT partitions",
    state=_state,
    same_as=("advisor default-partition-has-rows",),
)
