"""What a statement makes of what was there: the world after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import Message

from seachange.checks.effects import statements
from seachange.checks.making import altering, dropping, naming, objects, routines, session, tables
from seachange.checks.making.facts import names
from seachange.checks.world import World
from seachange.sql.migration import Written
from seachange.sql.nodes import CreateDomainStmt, CreateEnumStmt, CreateStmt, DoStmt
from seachange.sql.tree import kind

Makes = Callable[[Any, World], World]

MAKING: Mapping[str, Makes] = {
    "CreateStmt": tables.create_table,
    "CreateForeignTableStmt": tables.create_foreign_table,
    "CreateTableAsStmt": tables.create_table_as,
    "AlterTableStmt": altering.alter_table,
    "DropStmt": dropping.drop,
    "RenameStmt": naming.rename,
    "AlterObjectSchemaStmt": naming.set_schema,
    "ViewStmt": objects.create_view,
    "IndexStmt": objects.create_index,
    "RefreshMatViewStmt": objects.refresh,
    "CreateSeqStmt": objects.create_sequence,
    "AlterSeqStmt": objects.alter_sequence,
    "CreateEnumStmt": objects.create_enum,
    "AlterEnumStmt": objects.alter_enum,
    "CompositeTypeStmt": objects.create_composite,
    "CreateRangeStmt": objects.create_range,
    "CreateDomainStmt": objects.create_domain,
    "AlterDomainStmt": objects.alter_domain,
    "CreateTrigStmt": objects.create_trigger,
    "RuleStmt": objects.create_rule,
    "CreatePolicyStmt": objects.create_policy,
    "AlterPolicyStmt": objects.alter_policy,
    "CreateSchemaStmt": objects.create_schema,
    "CreateExtensionStmt": objects.create_extension,
    "CreateStatsStmt": objects.create_statistics,
    "CreateFunctionStmt": routines.create_function,
    "AlterFunctionStmt": routines.alter_function,
    "TransactionStmt": session.transaction,
    "VariableSetStmt": session.setting,
}
"""What the statements make, by the names of their nodes; all others leave the world as it is."""


def following(written: Written, world: World) -> World:
    """The world after `written` has passed.  A DO is taken to do all that its body says, but to make nothing twice."""
    again = isinstance(written.node, DoStmt)
    for node in statements(written):
        makes = MAKING.get(kind(node))
        if makes and not (again and _is_there(node, world)):
            world = makes(node, world)
    return world


def _is_there(node: Message, world: World) -> bool:
    """What a DO makes it makes where it is missing, as a rule."""
    match node:
        case CreateStmt():
            return world.relation(node.relation) is not None
        case CreateEnumStmt():
            return world.type(names(node.type_name)) is not None
        case CreateDomainStmt():
            return world.type(names(node.domainname)) is not None
    return False
