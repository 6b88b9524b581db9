"""What a statement makes of what was there: the world after it."""

from __future__ import annotations

from seachange.catalog.facts import Fact
from seachange.catalog.facts.relations import Table, TableColumn
from seachange.checks.past import Change
from seachange.checks.world import World
from seachange.sql.migration import Written
from seachange.sql.nodes import CreateStmt


def following(written: Written, world: World) -> World:
    """The world after `written` has passed."""
    match written.node:
        case CreateStmt() as table:
            facts: list[Fact] = [Table(world.place(table.relation))]
            for at, element in enumerate(table.table_elts, 1):
                if element.HasField("column_def"):
                    facts.append(TableColumn((*facts[0].names, element.column_def.colname), position=at))
            return world.after({fact.ref: Change(fact, new=True) for fact in facts})
    return world
