"""ALTER TABLE: what its commands make of a table and of those below it, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from seachange.catalog.facts import Path
from seachange.catalog.facts.relations import (
    Column,
    CompositeTypeColumn,
    DefaultValue,
    ForeignTable,
    ForeignTableColumn,
    Index,
    MaterializedView,
    Sequence,
    Table,
    TableColumn,
)
from seachange.catalog.facts.relations import Trigger as TriggerFact
from seachange.catalog.ref import Ref
from seachange.checks.making import columns, constraints
from seachange.checks.making.facts import changed, gone, made, names
from seachange.checks.making.tables import bound_text
from seachange.checks.typed import type_of
from seachange.checks.world import World
from seachange.sql import nodes, tree
from seachange.sql.nodes import OBJECT_TYPE, AlterTableCmd, AlterTableStmt
from seachange.sql.quote import path as quoted

Makes = Callable[[AlterTableCmd, Path, World], World]

PASSES = {nodes.AT_DropColumn: 0, nodes.AT_DropConstraint: 0, nodes.AT_AlterColumnType: 1}
"""PostgreSQL takes away before it adds, in whatever order a statement says it."""


def alter_table(statement: AlterTableStmt, world: World) -> World:
    if statement.missing_ok and world.known and world.relation(statement.relation) is None:
        return world
    relation = world.path(statement.relation)
    if statement.objtype == OBJECT_TYPE:
        found = world.type(tuple(filter(None, (statement.relation.schemaname, statement.relation.relname))))
        relation = found.names if found else relation
    tables = world.family(relation) if statement.relation.inh else (relation,)
    commands = sorted((each.alter_table_cmd for each in statement.cmds), key=lambda one: PASSES.get(one.subtype, 2))
    for command in commands:
        makes = MAKING.get(command.subtype)
        if makes is not None:
            for table in tables if command.subtype in DEEP else (relation,):
                world = makes(command, table, world)
    return world


def _add_column(command: AlterTableCmd, table: Path, world: World) -> World:
    node = getattr(command, "def").column_def
    there = world.columns(table)
    if any(each.names[-1] == node.colname for each in there):
        return world
    kind = _kind_of_column(table, world)
    last = there[-1].position if there else 0
    column = columns.column(table, node, world, last + 1, kind)
    world = world.after(made(column, *columns.beside(column, node, world)))
    for each in node.constraints:
        world = world.after(constraints.constrained(table, each.constraint, world, node.colname))
    return world


def _kind_of_column(relation: Path, world: World) -> type[Column]:
    match world.at(relation):
        case ForeignTable():
            return ForeignTableColumn
        case fact if fact is not None and fact.ref.kind == "composite type":
            return CompositeTypeColumn
    return TableColumn


def _drop_column(command: AlterTableCmd, table: Path, world: World) -> World:
    return world.after(gone(*without_column(table, command.name, world)))


def without_column(table: Path, name: str, world: World) -> tuple[Ref, ...]:
    """What goes with a column."""
    column = world.column(table, name)
    refs = [column.ref] if column else []
    refs.append(columns.default_of(table, name))
    refs += [each.ref for each in world.constraints(table) if name in each.columns]
    refs += [each.ref for each in world.indexes(table) if name in (*each.columns, *each.include)]
    refs += [each.ref for each in world.referring(table) if name in each.referenced_columns]
    refs += [each.ref for each in world.owned(table) if isinstance(each, Sequence) and each.owned_by_column == name]
    return tuple(refs)


def _alter_type(command: AlterTableCmd, table: Path, world: World) -> World:
    node = getattr(command, "def").column_def
    old = world.column(table, command.name)
    kind = _kind_of_column(table, world)
    collation = quoted(names(node.coll_clause.collname)) if node.HasField("coll_clause") else None
    base = old or kind((*table, command.name))
    return world.after(changed(replace(base, type=type_of(node.type_name, world), collation=collation)))


def _default(command: AlterTableCmd, table: Path, world: World) -> World:
    if not command.HasField("def"):
        return world.after(gone(columns.default_of(table, command.name)))
    return world.after(made(columns.default(table, command.name, getattr(command, "def"))))


def _set_expression(command: AlterTableCmd, table: Path, world: World) -> World:
    return world.after(changed(DefaultValue((*table, command.name), expression=tree.text(getattr(command, "def")))))


def _not_null(command: AlterTableCmd, table: Path, world: World) -> World:
    column = world.column(table, command.name) or _kind_of_column(table, world)((*table, command.name))
    return world.after(changed(replace(column, not_null=command.subtype == nodes.AT_SetNotNull)))


def _identity(command: AlterTableCmd, table: Path, world: World) -> World:
    column = world.column(table, command.name)
    if column is None:
        return world
    if command.subtype == nodes.AT_DropIdentity:
        owned = (each for each in world.owned(table) if isinstance(each, Sequence))
        counters = (each.ref for each in owned if each.owned_by_column == command.name and each.identity)
        return world.after(changed(replace(column, identity=None)) | gone(*counters))
    when = getattr(command, "def").constraint.generated_when
    counter = columns.sequence(column, world, identity=True)
    return world.after(changed(replace(column, identity=columns.IDENTITY.get(when))) | made(counter))


def _drop_expression(command: AlterTableCmd, table: Path, world: World) -> World:
    column = world.column(table, command.name)
    plain = changed(replace(column, generated=None)) if column else {}
    return world.after(plain | gone(columns.default_of(table, command.name)))


def _add_constraint(command: AlterTableCmd, table: Path, world: World) -> World:
    return world.after(constraints.constrained(table, getattr(command, "def").constraint, world))


def _drop_constraint(command: AlterTableCmd, table: Path, world: World) -> World:
    refs = [Ref("table constraint", (*table, command.name))]
    index = world.get(Ref("index", (table[0], command.name)))
    if isinstance(index, Index) and index.table == table:
        refs.append(index.ref)
    return world.after(gone(*refs))


def _validate(command: AlterTableCmd, table: Path, world: World) -> World:
    found = world.constraint(table, command.name)
    return world.after(changed(replace(found, validated=True))) if found else world


def _alter_constraint(command: AlterTableCmd, table: Path, world: World) -> World:
    change = getattr(command, "def").atalter_constraint
    found = world.constraint(table, change.conname)
    if found is None:
        return world
    if change.alter_deferrability:
        found = replace(found, deferrable=change.deferrable, deferred=change.initdeferred)
    if change.alter_enforceability:
        found = replace(found, enforced=change.is_enforced, validated=change.is_enforced)
    return world.after(changed(found))


def _attach(command: AlterTableCmd, table: Path, world: World) -> World:
    change = getattr(command, "def").partition_cmd
    part = world.relation(change.name)
    if isinstance(part, Index):
        return world.after(changed(replace(part, part_of=table)))
    if isinstance(part, Table | ForeignTable):
        return world.after(changed(replace(part, parents=(table,), bound=bound_text(change.bound))))
    return world


def _detach(command: AlterTableCmd, table: Path, world: World) -> World:
    part = world.relation(getattr(command, "def").partition_cmd.name)
    if isinstance(part, Table | ForeignTable):
        return world.after(changed(replace(part, parents=(), bound=None)))
    return world


def _inherit(command: AlterTableCmd, table: Path, world: World) -> World:
    fact, parent = world.at(table), world.path(getattr(command, "def").range_var)
    if not isinstance(fact, Table | ForeignTable):
        return world
    parents = tuple(each for each in fact.parents if each != parent)
    parents += (parent,) if command.subtype == nodes.AT_AddInherit else ()
    return world.after(changed(replace(fact, parents=parents)))


FLAGS: Mapping[int, Mapping[str, object]] = {
    nodes.AT_EnableRowSecurity: {"row_security": True},
    nodes.AT_DisableRowSecurity: {"row_security": False},
    nodes.AT_ForceRowSecurity: {"force_row_security": True},
    nodes.AT_NoForceRowSecurity: {"force_row_security": False},
    nodes.AT_SetLogged: {"unlogged": False},
    nodes.AT_SetUnLogged: {"unlogged": True},
    nodes.AT_DropCluster: {"cluster_on": None},
}


def _flag(command: AlterTableCmd, table: Path, world: World) -> World:
    fact = world.get(Ref("table", table))
    if not isinstance(fact, Table):
        return world
    return world.after(changed(replace(fact, **FLAGS[command.subtype])))


def _stored(command: AlterTableCmd, table: Path, world: World) -> World:
    fact = world.at(table)
    if not isinstance(fact, Table | MaterializedView):
        return world
    if command.subtype == nodes.AT_ClusterOn:
        return world.after(changed(replace(fact, cluster_on=command.name)))
    if command.subtype == nodes.AT_SetAccessMethod:
        return world.after(changed(replace(fact, access_method=command.name or None)))
    return world.after(changed(replace(fact, tablespace=command.name)))


TRIGGERS = {
    nodes.AT_EnableTrig: "origin",
    nodes.AT_EnableAlwaysTrig: "always",
    nodes.AT_EnableReplicaTrig: "replica",
    nodes.AT_DisableTrig: "disabled",
}


def _trigger(command: AlterTableCmd, table: Path, world: World) -> World:
    fact = world.get(Ref("trigger", (*table, command.name)))
    if not isinstance(fact, TriggerFact):
        return world
    return world.after(changed(replace(fact, enabled=TRIGGERS[command.subtype])))


DEEP = frozenset(
    {
        nodes.AT_AddColumn,
        nodes.AT_DropColumn,
        nodes.AT_AlterColumnType,
        nodes.AT_ColumnDefault,
        nodes.AT_SetNotNull,
        nodes.AT_DropNotNull,
        nodes.AT_SetExpression,
        nodes.AT_DropExpression,
        nodes.AT_AddConstraint,
        nodes.AT_DropConstraint,
        nodes.AT_ValidateConstraint,
    }
)
"""What the tables below take part in."""
MAKING: Mapping[int, Makes] = {
    nodes.AT_AddColumn: _add_column,
    nodes.AT_DropColumn: _drop_column,
    nodes.AT_AlterColumnType: _alter_type,
    nodes.AT_ColumnDefault: _default,
    nodes.AT_SetExpression: _set_expression,
    nodes.AT_DropExpression: _drop_expression,
    nodes.AT_SetNotNull: _not_null,
    nodes.AT_DropNotNull: _not_null,
    nodes.AT_AddIdentity: _identity,
    nodes.AT_DropIdentity: _identity,
    nodes.AT_AddConstraint: _add_constraint,
    nodes.AT_DropConstraint: _drop_constraint,
    nodes.AT_ValidateConstraint: _validate,
    nodes.AT_AlterConstraint: _alter_constraint,
    nodes.AT_AttachPartition: _attach,
    nodes.AT_DetachPartition: _detach,
    nodes.AT_AddInherit: _inherit,
    nodes.AT_DropInherit: _inherit,
    nodes.AT_ClusterOn: _stored,
    nodes.AT_SetAccessMethod: _stored,
    nodes.AT_SetTableSpace: _stored,
    **dict.fromkeys(FLAGS, _flag),
    **dict.fromkeys(TRIGGERS, _trigger),
}
