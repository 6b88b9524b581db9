"""What statements name, as paths: relations, columns, types; and what they say in clauses that many have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf.message import Message

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Column
from seachange.catalog.ref import Ref
from seachange.checks.around import Around
from seachange.checks.world import World
from seachange.sql.migration import Written
from seachange.sql.nodes import (
    OBJECT_FOREIGN_TABLE,
    OBJECT_TABLE,
    AlterTableCmd,
    AlterTableStmt,
    Constraint,
    DropStmt,
    RangeVar,
    TypeName,
)
from seachange.sql.quote import path as quoted
from seachange.sql.tree import inner

TABLES = frozenset({OBJECT_TABLE, OBJECT_FOREIGN_TABLE})


def strings(nodes: Iterable[Any]) -> tuple[str, ...]:
    """The names in a list of them, or in a node that is a list or a name."""
    return tuple(str(part.sval) for each in nodes for part in _parts(inner(each)))


def _parts(node: Any) -> Iterator[Any]:
    match node.DESCRIPTOR.name:
        case "String":
            yield node
        case "List":
            yield from (inner(item) for item in node.items)
        case "TypeName":
            yield from (inner(item) for item in node.names)
        case "ObjectWithArgs":
            yield from (inner(item) for item in node.objname)


def relation(names: tuple[str, ...]) -> RangeVar:
    """A name as a statement has it, such as schema and table."""
    return RangeVar(schemaname="".join(names[-2:-1]), relname=names[-1])


def dropped(statement: DropStmt, world: World) -> Iterator[Path]:
    """The relations that a DROP names."""
    for each in statement.objects:
        yield world.path(relation(strings([each])))


def commands(statement: Any, *kinds: int) -> Iterator[AlterTableCmd]:
    """The parts of an ALTER TABLE that are of these kinds; none where it is about something else than a table."""
    if isinstance(statement, AlterTableStmt) and statement.objtype in TABLES:
        for each in statement.cmds:
            if each.alter_table_cmd.subtype in kinds:
                yield each.alter_table_cmd


def definition(command: AlterTableCmd) -> Any:
    """What a part of an ALTER TABLE adds or sets: a ColumnDef, a Constraint, a List, an expression."""
    return inner(getattr(command, "def"))


def typed(type_name: TypeName, world: World, *kinds: str) -> Ref | None:
    """The type of one of these kinds that a name stands for, where it is known."""
    fact = world.type(strings(type_name.names))
    return fact.ref if fact and fact.ref.kind in kinds else None


def is_new(world: World, ref: Ref) -> bool:
    """Whether the script itself made this."""
    moment = world.past.at(ref, world.time)
    return bool(moment and moment.fact and moment.new)


def is_new_column(world: World, table: Path, column: str) -> bool:
    """Whether the script itself added this column, or made its table."""
    return world.is_new(table) or is_new(world, Ref("table column", (*table, column)))


def there(world: World, table: Path) -> bool:
    """Whether a table may have rows that the script did not put there: no where the script made it, nor where a catalog
    was given that knows no such table.
    """
    return not world.is_new(table) and (not world.known or world.at(table) is not None)


def known_column(world: World, table: Path, column: str) -> Column | None:
    """A column that was there before the script, so that a question may name it."""
    found = world.column(table, column)
    return found if found and world.catalog and found.ref in world.catalog else None


def constraints_of(column: Any, *kinds: int) -> Iterator[Constraint]:
    """The constraints of these kinds in a column's definition."""
    for each in column.constraints:
        if each.constraint.contype in kinds:
            yield each.constraint


def first_told(around: Around, kinds: tuple[str, ...]) -> bool:
    """Whether no statement before this one in the script is of these kinds: what nobody can tell is said once."""
    return not any(_of(each, kinds) for each in around.earlier)


def _of(written: Written, kinds: tuple[str, ...]) -> bool:
    node: Message | None = written.node
    return node is not None and node.DESCRIPTOR.name in kinds


def shown(names: Path) -> str:
    """A path as SQL that is run anywhere has it."""
    return quoted(names)
