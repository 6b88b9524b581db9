"""What a statement makes of what was there: the world after it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Table, TableColumn
from seachange.catalog.ref import Ref
from seachange.checks.world import World
from seachange.sql.migration import Written
from seachange.sql.nodes import ColumnDef, CreateStmt


def following(written: Written, world: World) -> World:
    """The world after `written` has passed."""
    match written.node:
        case CreateStmt() as table:
            return _with(world, _table(table, world))
        case _:
            return world


def _with(world: World, made: Mapping[Ref, Fact]) -> World:
    return replace(world, made={**world.made, **made}, gone=world.gone - made.keys())


def _table(statement: CreateStmt, world: World) -> dict[Ref, Fact]:
    names = world.paths(statement.relation)[0]
    if statement.if_not_exists and world.relation(statement.relation):
        return {}
    facts: list[Fact] = [Table(names)]
    for at, element in enumerate(statement.table_elts, 1):
        if element.HasField("column_def"):
            facts.append(_column(names, element.column_def, at))
    return {fact.ref: fact for fact in facts}


def _column(table: tuple[str, ...], column: ColumnDef, at: int) -> Fact:
    return TableColumn((*table, str(column.colname)), position=at)
