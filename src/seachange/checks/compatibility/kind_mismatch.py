"""The statement is meant for one kind of relation, and here the name belongs to another.

A view has no row security, no policies, no constraints, no indexes and no BEFORE or AFTER triggers for rows; it
cannot be truncated, and DROP TABLE does not drop it.  CREATE OR REPLACE VIEW does not replace a table.  A partition
needs a partitioned table.  PostgreSQL refuses the last with 42P17, the others with 42809.

Direct the statement to the table below the view; for a trigger on a view, use INSTEAD OF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from seachange.catalog.facts import Fact
from seachange.catalog.facts.fact import kind_of
from seachange.catalog.facts.relations import ForeignTable, Index, MaterializedView, Sequence, Table, View
from seachange.catalog.facts.types import CompositeType
from seachange.checks.around import Around
from seachange.checks.check import Check, Needs, Remark, Remarks
from seachange.checks.objects import commands, dropped
from seachange.checks.unknown import unknown
from seachange.checks.world import World, spelled
from seachange.finding import Severity
from seachange.sql import nodes
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    AlterTableStmt,
    CreatePolicyStmt,
    CreateStmt,
    CreateTrigStmt,
    DropStmt,
    IndexStmt,
    RangeVar,
    RefreshMatViewStmt,
    TruncateStmt,
    ViewStmt,
)
from seachange.sql.tree import kind

_DROPS: Mapping[str, type[Fact]] = {
    "table": Table,
    "view": View,
    "materialized view": MaterializedView,
    "foreign table": ForeignTable,
    "sequence": Sequence,
    "index": Index,
    "type": CompositeType,
}
_FOR_TABLES = frozenset(
    getattr(nodes, f"AT_{each}")
    for each in (
        "AddColumn",
        "DropColumn",
        "AlterColumnType",
        "SetNotNull",
        "DropNotNull",
        "AddConstraint",
        "ValidateConstraint",
        "DropConstraint",
        "EnableRowSecurity",
        "DisableRowSecurity",
        "ForceRowSecurity",
        "NoForceRowSecurity",
        "AttachPartition",
        "DetachPartition",
        "AddIdentity",
        "SetLogged",
        "SetUnLogged",
        "ReplicaIdentity",
        "AddInherit",
    )
)
_ALSO_FOREIGN = frozenset(
    getattr(nodes, f"AT_{each}")
    for each in (
        "AddColumn",
        "DropColumn",
        "AlterColumnType",
        "SetNotNull",
        "DropNotNull",
        "AddConstraint",
        "ValidateConstraint",
        "DropConstraint",
        "AddInherit",
    )
)
_INSTEAD = 64
"""The bit of INSTEAD OF in when a trigger fires."""
_PARTITIONED = "partitioned tables"
Mismatch = tuple[Fact, str]
"""What is there, and what the statement is for."""


def _look(written: Written, around: Around) -> Remarks:
    assert written.node is not None
    if not around.world.known:
        yield from unknown(around, CHECK.name, "whether names stand for what the script takes them for")
    for fact, meant in _OF[kind(written.node)](written.node, around.world):
        yield Remark(
            message=f"{spelled(fact.names)} is a {kind_of(type(fact))} here, and this is for {meant} ({_code(meant)}).",
            about=spelled(fact.names),
            advice="Direct it to the table below, or leave it out.",
        )


def _code(meant: str) -> str:
    return "42P17" if meant == _PARTITIONED else "42809"


def _altered(statement: AlterTableStmt, world: World) -> Iterator[Mismatch]:
    fact = world.relation(statement.relation)
    if fact is None or isinstance(fact, Table | CompositeType | Index | Sequence):
        return
    allowed = _ALSO_FOREIGN if isinstance(fact, ForeignTable) else frozenset()
    if any(command.subtype in _FOR_TABLES - allowed for command in commands(statement)):
        yield fact, "tables"


def _view(statement: ViewStmt, world: World) -> Iterator[Mismatch]:
    fact = world.at(world.place(statement.view))
    if statement.replace and fact is not None and not isinstance(fact, View):
        yield fact, "views"


def _index(statement: IndexStmt, world: World) -> Iterator[Mismatch]:
    yield from _unless(statement.relation, (Table, MaterializedView), "tables and materialized views", world)


def _policy(statement: CreatePolicyStmt, world: World) -> Iterator[Mismatch]:
    yield from _unless(statement.table, (Table,), "tables", world)


def _trigger(statement: CreateTrigStmt, world: World) -> Iterator[Mismatch]:
    if statement.timing & _INSTEAD:
        yield from _unless(statement.relation, (View,), "views", world)
    elif statement.row:
        yield from _unless(statement.relation, (Table, ForeignTable), "tables", world)
    else:
        yield from _unless(statement.relation, (Table, ForeignTable, View), "tables and views", world)


def _truncated(statement: TruncateStmt, world: World) -> Iterator[Mismatch]:
    for each in statement.relations:
        yield from _unless(each.range_var, (Table, ForeignTable), "tables", world)


def _refreshed(statement: RefreshMatViewStmt, world: World) -> Iterator[Mismatch]:
    yield from _unless(statement.relation, (MaterializedView,), "materialized views", world)


def _partition(statement: CreateStmt, world: World) -> Iterator[Mismatch]:
    if statement.HasField("partbound"):
        for each in statement.inh_relations:
            fact = world.relation(each.range_var)
            if fact is not None and not (isinstance(fact, Table) and fact.partition_key):
                yield fact, _PARTITIONED


def _dropped(statement: DropStmt, world: World) -> Iterator[Mismatch]:
    for thing in dropped(statement, world):
        fact = world.at(thing.names)
        if thing.kind in _DROPS and fact is not None and not isinstance(fact, _DROPS[thing.kind]):
            yield fact, f"a {thing.kind}"


def _unless(named: RangeVar, kinds: tuple[type[Fact], ...], meant: str, world: World) -> Iterator[Mismatch]:
    fact = world.relation(named)
    if fact is not None and not isinstance(fact, kinds):
        yield fact, meant


_OF: Mapping[str, Callable[[Any, World], Iterator[Mismatch]]] = {
    "AlterTableStmt": _altered,
    "ViewStmt": _view,
    "IndexStmt": _index,
    "CreatePolicyStmt": _policy,
    "CreateTrigStmt": _trigger,
    "TruncateStmt": _truncated,
    "RefreshMatViewStmt": _refreshed,
    "CreateStmt": _partition,
    "DropStmt": _dropped,
}

CHECK = Check(
    name="kind-mismatch",
    code="CM10",
    severity=Severity.ERROR,
    needs=frozenset({Needs.CATALOG}),
    summary="statements for another kind of relation than is there",
    kinds=tuple(_OF),
    statement=_look,
)
