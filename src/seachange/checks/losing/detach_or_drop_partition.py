"""A partition that is detached or dropped takes its rows out of the table, for every query at once.

A detached partition keeps its rows, but nobody who asks the table sees them, and foreign keys to the table no longer
count them.  A dropped one loses them.  NO INHERIT does the same to a child table.

Say what becomes of the rows: kept as a table of its own, moved, or dumped and dropped later.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts.relations import Table
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition, dropped, there
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_TABLE,
    AlterTableStmt,
    AT_DetachPartition,
    AT_DropInherit,
    DropStmt,
)


def _look(written: Written, around: Around) -> Remarks:
    match written.node:
        case AlterTableStmt() as statement:
            yield from _parted(statement, around)
        case DropStmt() as statement if statement.remove_type == OBJECT_TABLE:
            for table in dropped(statement, around.world):
                fact = around.world.at(table)
                if isinstance(fact, Table) and fact.bound and there(around.world, table):
                    yield _remark(spelled(table), spelled(fact.parents[0]), "is dropped, and its rows are")


def _parted(statement: Any, around: Around) -> Iterator[Remark]:
    world = around.world
    for command in commands(statement, AT_DetachPartition, AT_DropInherit):
        detached = command.subtype == AT_DetachPartition
        named = definition(command)
        child = world.path(named.name if detached else statement.relation)
        parent = world.path(statement.relation if detached else named)
        if there(world, child):
            yield _remark(spelled(child), spelled(parent), "keeps its rows, but they are")


def _remark(child: str, parent: str, effect: str) -> Remark:
    return Remark(
        message=f"{child} {effect} no longer part of {parent}.",
        about=child,
        advice=f"Make sure that nobody expects them in {parent}, and keep the table until then.",
    )


CHECK = Check(
    name="detach-or-drop-partition",
    code="DL13",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="partitions whose rows vanish from their table",
    kinds=("AT_DetachPartition", "AT_DropInherit", "DropStmt"),
    statement=_look,
    same_as=("squawk ban-detach-inheritance",),
)
