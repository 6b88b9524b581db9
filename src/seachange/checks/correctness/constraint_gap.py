"""A constraint dropped and added again leaves a time in which nothing holds, and rows of that time stay.

Between the DROP and the ADD, each its own transaction, any row may come.  Added again NOT VALID, the constraint does
not look at those rows, whatever the old one had proved.

Add the new one first, under another name and NOT VALID; validate it; then drop the old one and rename the new one, both
in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import commands, definition, there
from seachange.checks.world import spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_CHECK, AT_AddConstraint, AT_DropConstraint
from seachange.sql.quote import name
from seachange.sql.tree import text


def _look(written: Written, around: Around) -> Remarks:
    statement: Any = written.node
    for command in commands(statement, AT_DropConstraint):
        table = around.world.path(statement.relation)
        if not there(around.world, table):
            continue
        again = next(_again(table, command.name, around), None)
        if again is not None:
            later, added = again
            left = (
                "is not held against the rows that are there"
                if added.skip_validation
                else "comes in another transaction"
            )
            if added.skip_validation or not _together(written, later, around):
                yield _remark(table, command.name, left, added)


def _again(table: Path, constraint: str, around: Around) -> Iterator[tuple[Written, Any]]:
    for later in (around.written, *around.later):
        node: Any = later.node
        for command in commands(node, AT_AddConstraint):
            if definition(command).conname == constraint and around.world.path(node.relation) == table:
                yield later, definition(command)


def _together(one: Written, other: Written, around: Around) -> bool:
    return one is other or any(each is other for each in around.transaction)


def _remark(table: Path, constraint: str, left: str, added: Any) -> Remark:
    of, new = spelled(table), name(f"{constraint}_new")
    condition = text(added.raw_expr) if added.contype == CONSTR_CHECK else ""
    steps = (
        f"ALTER TABLE {of} ADD CONSTRAINT {new} CHECK ({condition}) NOT VALID;",
        f"ALTER TABLE {of} VALIDATE CONSTRAINT {new};",
        f"ALTER TABLE {of} DROP CONSTRAINT {name(constraint)};",
        f"ALTER TABLE {of} RENAME CONSTRAINT {new} TO {name(constraint)};",
    )
    return Remark(
        message=f"{name(constraint)} of {of} is dropped, and the new one {left}: rows may break it.",
        about=of,
        advice="Add and validate the new one under another name before the old one is dropped.",
        safe="\n".join(steps) if condition else "",
    )


CHECK = Check(
    name="constraint-gap",
    code="CO32",
    severity=Severity.WARNING,
    needs=frozenset({Needs.STATEMENT}),
    summary="constraints that are away for a while",
    kinds=("AT_DropConstraint",),
    statement=_look,
)
