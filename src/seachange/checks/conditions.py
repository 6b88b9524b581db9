"""CHECK constraints that an ALTER TABLE adds or has validated, and which rows break them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import TableConstraint
from seachange.catalog.ref import Ref
from seachange.checks.named import commands, definition
from seachange.checks.preflight import mentioned_columns
from seachange.checks.world import World
from seachange.sql.migration import Written
from seachange.sql.nodes import CONSTR_CHECK, AT_AddConstraint, AT_ValidateConstraint
from seachange.sql.tree import expression, text


class Condition(Struct, frozen=True):
    """A condition that rows shall meet.  `proved` at once, or only asked of rows that are written from then on."""

    table: Path
    name: str
    expression: str
    columns: tuple[str, ...]
    proved: bool = True


def conditions(written: Written, world: World) -> Iterator[Condition]:
    """The conditions that a statement brings in, or has proved."""
    statement: Any = written.node
    for command in commands(statement, AT_AddConstraint, AT_ValidateConstraint):
        table = world.path(statement.relation)
        if command.subtype == AT_ValidateConstraint:
            fact = world.get(Ref("table constraint", (*table, command.name)))
            if isinstance(fact, TableConstraint) and fact.expression and fact.type == "check" and not fact.validated:
                yield Condition(table, command.name, fact.expression, _columns(fact.expression))
            continue
        one = definition(command)
        if one.contype == CONSTR_CHECK and one.is_enforced:
            said = text(one.raw_expr)
            yield Condition(table, one.conname, said, mentioned_columns(one.raw_expr), not one.skip_validation)


def _columns(text: str) -> tuple[str, ...]:
    node = expression(text)
    return mentioned_columns(node) if node is not None else ()
