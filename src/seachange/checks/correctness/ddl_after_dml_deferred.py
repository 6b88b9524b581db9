"""ALTER TABLE, TRUNCATE and DROP TABLE fail where deferred triggers of the table still wait (55006).

A deferred foreign key, unique constraint or constraint trigger is asked at COMMIT.  Once rows were written, its events
wait, also those of a parent that a deferred key refers to, and the server changes no table that has some.

Have them asked at once before the ALTER, or commit in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableConstraint, Trigger
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.named import dropped
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_TABLE,
    AlterTableStmt,
    ConstraintsSetStmt,
    DeleteStmt,
    DropStmt,
    InsertStmt,
    TruncateStmt,
    UpdateStmt,
)


def _look(written: Written, around: Around) -> Remarks:
    earlier = around.before
    for table in _changed(written.node, around.world) if earlier else ():
        if _waiting(table, earlier, around.world):
            yield Remark(
                message=f"Deferred triggers of {spelled(table)} wait for the end of the transaction, and the server"
                " changes no such table.",
                about=spelled(table),
                advice="Have them fire before, or commit in between.",
                safe="SET CONSTRAINTS ALL IMMEDIATE;",
            )


def _waiting(table: Path, earlier: Iterable[Written], world: World) -> bool:
    """Whether events of the table wait, after these statements of the transaction."""
    waiting = deferred = False
    for each in earlier:
        match each.node:
            case ConstraintsSetStmt() as statement:
                deferred = statement.deferred
                waiting = waiting and deferred
            case InsertStmt() | UpdateStmt() | DeleteStmt() as statement:
                waiting = waiting or _leaves(statement, table, world, deferred=deferred)
    return waiting


def _changed(node: Any, world: World) -> Iterator[Path]:
    match node:
        case AlterTableStmt():
            yield world.path(node.relation)
        case TruncateStmt():
            yield from (world.path(each.range_var) for each in node.relations)
        case DropStmt() if node.remove_type == OBJECT_TABLE:
            yield from dropped(node, world)


def _leaves(statement: Any, table: Path, world: World, *, deferred: bool) -> bool:
    """Whether a statement that writes rows leaves events of `table` behind."""
    written = world.path(statement.relation)
    if written != table:
        return False
    own = (one for one in world.constraints(table) if one.type in ("foreign key", "unique", "primary key", "exclusion"))
    triggers = (one for one in world.parts(table) if isinstance(one, Trigger))
    return (
        any(_waits(one, deferred=deferred) for one in own)
        or any(" INITIALLY DEFERRED" in one.definition for one in triggers)
        or (
            not isinstance(statement, InsertStmt)
            and any(_waits(one, deferred=deferred) for one in world.referring(table))
        )
    )


def _waits(one: TableConstraint, *, deferred: bool) -> bool:
    return one.deferred or (one.deferrable and deferred)


CHECK = Check(
    name="ddl-after-dml-deferred",
    code="CO10",
    severity=Severity.ERROR,
    needs=frozenset({Needs.STATEMENT, Needs.CATALOG}),
    summary="tables changed while their deferred triggers wait",
    kinds=("AlterTableStmt", "TruncateStmt", "DropStmt"),
    statement=_look,
)
