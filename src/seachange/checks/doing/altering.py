"""ALTER TABLE: what each of its commands does; the strongest of their locks is taken for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import Index, Table
from seachange.checks.doing import columns, constraints, partitions
from seachange.checks.doing.deed import (
    NOTHING,
    Effects,
    building,
    locking,
    named,
    rewriting,
    together,
    with_rows,
)
from seachange.checks.world import World
from seachange.sql import nodes
from seachange.sql.nodes import OBJECT_SEQUENCE, OBJECT_TYPE, AlterTableCmd, AlterTableStmt
from seachange.sql.quote import path
from seachange.step import Lock

Alters = Callable[[AlterTableCmd, tuple[Path, ...], World], Effects]

LIGHT = frozenset(
    {
        nodes.AT_SetStatistics,
        nodes.AT_SetOptions,
        nodes.AT_ResetOptions,
        nodes.AT_ClusterOn,
        nodes.AT_DropCluster,
    }
)
TRIGGERS = frozenset(
    {
        nodes.AT_EnableTrig,
        nodes.AT_EnableAlwaysTrig,
        nodes.AT_EnableReplicaTrig,
        nodes.AT_DisableTrig,
        nodes.AT_EnableTrigAll,
        nodes.AT_DisableTrigAll,
        nodes.AT_EnableTrigUser,
        nodes.AT_DisableTrigUser,
    }
)
ALONE = frozenset(
    {
        nodes.AT_SetOptions,
        nodes.AT_ResetOptions,
        nodes.AT_SetCompression,
        nodes.AT_ChangeOwner,
        nodes.AT_ClusterOn,
        nodes.AT_DropCluster,
        nodes.AT_SetLogged,
        nodes.AT_SetUnLogged,
        nodes.AT_SetAccessMethod,
        nodes.AT_SetTableSpace,
        nodes.AT_SetRelOptions,
        nodes.AT_ResetRelOptions,
        nodes.AT_EnableRule,
        nodes.AT_EnableAlwaysRule,
        nodes.AT_EnableReplicaRule,
        nodes.AT_DisableRule,
        nodes.AT_AddInherit,
        nodes.AT_DropInherit,
        nodes.AT_AddOf,
        nodes.AT_DropOf,
        nodes.AT_ReplicaIdentity,
        nodes.AT_EnableRowSecurity,
        nodes.AT_DisableRowSecurity,
        nodes.AT_ForceRowSecurity,
        nodes.AT_NoForceRowSecurity,
    }
)
"""Commands that leave the tables below alone."""
HEAVY_OPTIONS = frozenset(
    {
        "user_catalog_table",
        "security_barrier",
        "security_invoker",
        "check_option",
        "fastupdate",
        "gin_pending_list_limit",
        "buffering",
        "pages_per_range",
        "autosummarize",
    }
)
"""Options of relations that others must not see change."""


def altered(statement: AlterTableStmt, world: World, version: int) -> Effects:
    if statement.objtype == OBJECT_TYPE:
        return _composite(statement, world)
    found = named(statement.relation, world)
    if not found:
        return NOTHING
    if isinstance(index := world.at(found[0]), Index):
        return together(_index(command.alter_table_cmd, index, world) for command in statement.cmds)
    tables = world.family(found[0]) if statement.relation.inh else found
    commands = [each.alter_table_cmd for each in statement.cmds]
    if statement.objtype == OBJECT_SEQUENCE:
        return locking(Lock.SHARE_ROW_EXCLUSIVE, *found)
    return together(_commands(commands, tables, world))


def _commands(commands: list[AlterTableCmd], tables: tuple[Path, ...], world: World) -> Iterator[Effects]:
    """NOT NULL looks for its proof when the constraints are gone that the same statement drops."""
    dropped = frozenset(each.name for each in commands if each.subtype == nodes.AT_DropConstraint)
    for command in commands:
        meant = tables[:1] if command.subtype in ALONE else tables
        if command.subtype == nodes.AT_SetNotNull:
            yield columns.set_not_null(command, meant, world, dropped)
        else:
            yield ALTERING.get(command.subtype, _plain)(command, meant, world)


def _plain(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    """A change in the catalogs alone."""
    if command.subtype in LIGHT:
        index = (tables[0][0], command.name)
        own = (index,) if command.subtype == nodes.AT_ClusterOn and world.at(index) is not None else ()
        return locking(Lock.SHARE_UPDATE_EXCLUSIVE, *tables, *own)
    if command.subtype in TRIGGERS:
        return locking(Lock.SHARE_ROW_EXCLUSIVE, *tables)
    return locking(Lock.ACCESS_EXCLUSIVE, *tables)


def _options(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    names = {each.def_elem.defname for each in getattr(command, "def").list.items}
    heavy = not names.isdisjoint(HEAVY_OPTIONS)
    return locking(Lock.ACCESS_EXCLUSIVE if heavy else Lock.SHARE_UPDATE_EXCLUSIVE, *tables)


def _logged(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    wanted = command.subtype == nodes.AT_SetUnLogged
    return _moved(tables, world, lambda table: table.unlogged == wanted)


def _access_method(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    return _moved(tables, world, lambda table: (table.access_method or "heap") == (command.name or "heap"))


def _tablespace(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    return _moved(tables, world, lambda table: (table.tablespace or "pg_default") == command.name)


def _moved(tables: tuple[Path, ...], world: World, stays: Callable[[Table], bool]) -> Effects:
    """Into another file, unless it is so already."""
    facts = {table: world.at(table) for table in with_rows(tables, world)}
    moved = (table for table, fact in facts.items() if not (isinstance(fact, Table) and stays(fact)))
    return together((locking(Lock.ACCESS_EXCLUSIVE, *tables), rewriting(*moved)))


def _inherit(command: AlterTableCmd, tables: tuple[Path, ...], world: World) -> Effects:
    parents = named(getattr(command, "def").range_var, world)
    lock = Lock.SHARE_UPDATE_EXCLUSIVE if command.subtype == nodes.AT_AddInherit else Lock.ACCESS_SHARE
    return together((locking(Lock.ACCESS_EXCLUSIVE, *tables), locking(lock, *parents)))


def _index(command: AlterTableCmd, index: Index, world: World) -> Effects:
    """Only what moves an index to another place keeps others from their table."""
    if command.subtype == nodes.AT_SetTableSpace and (index.tablespace or "pg_default") != command.name:
        return together((locking(Lock.ACCESS_EXCLUSIVE, index.names), building(index.table)))
    if command.subtype == nodes.AT_AttachPartition:
        part = world.relation(getattr(command, "def").partition_cmd.name)
        parts = (part,) if isinstance(part, Index) else ()
        tables = locking(Lock.ACCESS_SHARE, index.table, *(each.table for each in parts))
        locks = locking(Lock.SHARE_UPDATE_EXCLUSIVE, index.names)
        return together((tables, locks, locking(Lock.ACCESS_EXCLUSIVE, *(each.names for each in parts))))
    if command.subtype in (nodes.AT_SetRelOptions, nodes.AT_ResetRelOptions):
        return _options(command, (index.names,), world)
    light = command.subtype in LIGHT
    return locking(Lock.SHARE_UPDATE_EXCLUSIVE if light else Lock.ACCESS_EXCLUSIVE, index.names)


def _composite(statement: AlterTableStmt, world: World) -> Effects:
    """The tables that are of the type change with it."""
    typed = world.type(tuple(filter(None, (statement.relation.schemaname, statement.relation.relname))))
    if typed is None:
        return NOTHING
    tables = tuple(table.names for table in world.of(Table) if table.of_type == path(typed.names))
    return together(_commands([each.alter_table_cmd for each in statement.cmds], tables, world)) if tables else NOTHING


ALTERING: Mapping[int, Alters] = {
    nodes.AT_AddColumn: columns.add_column,
    nodes.AT_DropColumn: columns.drop_column,
    nodes.AT_SetExpression: columns.set_expression,
    nodes.AT_AlterColumnType: columns.alter_type,
    nodes.AT_AddConstraint: constraints.add_constraint,
    nodes.AT_ValidateConstraint: constraints.validate,
    nodes.AT_DropConstraint: constraints.drop_constraint,
    nodes.AT_AlterConstraint: constraints.alter_constraint,
    nodes.AT_AttachPartition: partitions.attach,
    nodes.AT_DetachPartition: partitions.detach,
    nodes.AT_DetachPartitionFinalize: partitions.detach_finally,
    nodes.AT_SetRelOptions: _options,
    nodes.AT_ResetRelOptions: _options,
    nodes.AT_SetLogged: _logged,
    nodes.AT_SetUnLogged: _logged,
    nodes.AT_SetAccessMethod: _access_method,
    nodes.AT_SetTableSpace: _tablespace,
    nodes.AT_AddInherit: _inherit,
    nodes.AT_DropInherit: _inherit,
}
