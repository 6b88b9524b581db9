"""Tables that a script makes: from columns, from other tables, from a query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf.message import Message
from msgspec.structs import replace

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import (
    Column,
    DefaultValue,
    ForeignTable,
    ForeignTableColumn,
    MaterializedView,
    MaterializedViewColumn,
    Table,
    TableColumn,
    TableConstraint,
)
from seachange.checks.making import columns, constraints, queries
from seachange.checks.making.facts import Changes, made, names, part_of_index
from seachange.checks.world import World
from seachange.sql import tree
from seachange.sql.nodes import (
    OBJECT_MATVIEW,
    CreateForeignTableStmt,
    CreateStmt,
    CreateTableAsStmt,
    PartitionBoundSpec,
    PartitionSpec,
    TableLikeClause,
)
from seachange.sql.quote import name

STRATEGIES = {"PARTITION_STRATEGY_RANGE": "RANGE", "PARTITION_STRATEGY_LIST": "LIST", "PARTITION_STRATEGY_HASH": "HASH"}
LIKE_CONSTRAINTS, LIKE_DEFAULTS, LIKE_INDEXES = 4, 8, 64
INDEXED = ("primary key", "unique", "exclusion")
ENDLESS = ("minvalue", "maxvalue")


def create_table(statement: CreateStmt, world: World) -> World:
    place = world.place(statement.relation)
    if statement.if_not_exists and world.relation(statement.relation) is not None:
        return world
    parents = tuple(world.path(each.range_var) for each in statement.inh_relations)
    table = Table(
        place,
        unlogged=statement.relation.relpersistence == "u",
        partition_key=_key(statement.partspec) if statement.HasField("partspec") else None,
        parents=parents,
        bound=bound_text(statement.partbound) if statement.HasField("partbound") else None,
        of_type=".".join(names(statement.of_typename.names)) if statement.HasField("of_typename") else None,
        access_method=statement.access_method or None,
        tablespace=statement.tablespacename or None,
    )
    world = world.after(made(table, *_taken_over(place, parents, world)))
    world = _filled(place, statement, world, TableColumn)
    for index in [each for parent in parents if table.bound for each in world.indexes(parent)]:
        world = world.after(part_of_index(index, place, world))
    return world


def create_foreign_table(statement: CreateForeignTableStmt, world: World) -> World:
    base = statement.base_stmt
    if base.if_not_exists and world.relation(base.relation) is not None:
        return world
    place = world.place(base.relation)
    parents = tuple(world.path(each.range_var) for each in base.inh_relations)
    bound = bound_text(base.partbound) if base.HasField("partbound") else None
    table = ForeignTable(place, server=statement.servername, parents=parents, bound=bound)
    return _filled(place, base, world.after(made(table)), ForeignTableColumn)


def _filled(table: Path, statement: CreateStmt, world: World, kind: type[Column]) -> World:
    """Columns first: constraints may name those that come later."""
    position = len(world.columns(table))
    waiting: Changes = {}
    for element in statement.table_elts:
        node = tree.inner(element)
        if element.HasField("column_def"):
            position += 1
            column = columns.column(table, element.column_def, world, position, kind)
            waiting |= made(column, *columns.beside(column, element.column_def, world))
        elif isinstance(node, TableLikeClause):
            copied = tuple(_copied(table, node, world, position))
            position += sum(isinstance(each, Column) for each in copied)
            waiting |= made(*copied)
    world = world.after(waiting)
    for node, column_name in _constraints(statement):
        world = world.after(constraints.constrained(table, node, world, column_name))
    return world


def _constraints(statement: CreateStmt) -> Iterator[tuple[Message, str]]:
    for element in statement.table_elts:
        if element.HasField("constraint"):
            yield element.constraint, ""
        elif element.HasField("column_def"):
            yield from ((each.constraint, element.column_def.colname) for each in element.column_def.constraints)


def _taken_over(table: Path, parents: Iterable[Path], world: World) -> Iterator[Fact]:
    """What a table has of those above it."""
    position = 0
    for parent in parents:
        for part in world.parts(parent):
            if isinstance(part, Column):
                position += 1
                yield TableColumn(
                    (*table, part.names[-1]),
                    position=position,
                    type=part.type,
                    not_null=part.not_null,
                    collation=part.collation,
                    generated=part.generated,
                )
            elif isinstance(part, TableConstraint) and _is_handed_down(part):
                yield replace(part, names=(*table, part.names[-1]))


def _is_handed_down(constraint: TableConstraint) -> bool:
    return constraint.type in ("check", "foreign key") and not constraint.no_inherit


def _copied(table: Path, clause: TableLikeClause, world: World, position: int) -> Iterator[Fact]:
    """LIKE: the columns, and of the rest what is asked for."""
    source = world.path(clause.relation)
    for at, column in enumerate(world.columns(source), position + 1):
        yield TableColumn(
            (*table, column.names[-1]),
            position=at,
            type=column.type,
            not_null=column.not_null,
            collation=column.collation,
        )
    for part in world.parts(source):
        checked = isinstance(part, TableConstraint) and part.type == "check" and clause.options & LIKE_CONSTRAINTS
        if checked or (isinstance(part, DefaultValue) and clause.options & LIKE_DEFAULTS):
            yield replace(part, names=(*table, part.names[-1]))
        elif isinstance(part, TableConstraint) and part.type in INDEXED and clause.options & LIKE_INDEXES:
            yield replace(part, names=(*table, _own(part.names[-1], source, table)))
    for index in world.indexes(source) if clause.options & LIKE_INDEXES else ():
        yield replace(index, names=(table[0], _own(index.names[-1], source, table)), table=table, part_of=None)


def _own(label: str, source: Path, table: Path) -> str:
    """A name after the other table becomes one after this."""
    start = f"{source[-1]}_"
    return f"{table[-1]}_{label.removeprefix(start)}" if label.startswith(start) else f"{table[-1]}_{label}"


def _key(spec: PartitionSpec) -> str:
    strategy = STRATEGIES[spec.DESCRIPTOR.fields_by_name["strategy"].enum_type.values_by_number[spec.strategy].name]
    parts = (each.partition_elem for each in spec.part_params)
    inside = (name(part.name) if part.name else f"({tree.text(part.expr)})" for part in parts)
    return f"{strategy} ({', '.join(inside)})"


def bound_text(bound: PartitionBoundSpec) -> str:
    """As the catalog has it."""
    if bound.is_default:
        return "DEFAULT"
    if bound.strategy == "h":
        return f"FOR VALUES WITH (modulus {bound.modulus}, remainder {bound.remainder})"
    if bound.strategy == "l":
        return f"FOR VALUES IN ({_datums(bound.listdatums)})"
    return f"FOR VALUES FROM ({_datums(bound.lowerdatums)}) TO ({_datums(bound.upperdatums)})"


def _datums(values: Iterable[Message]) -> str:
    texts = (tree.text(value) for value in values)
    return ", ".join(text.upper() if text.lower() in ENDLESS else text for text in texts)


def create_table_as(statement: CreateTableAsStmt, world: World) -> World:
    """A table or materialized view with the columns of its query, as far as those can be told."""
    if statement.if_not_exists and world.relation(statement.into.rel) is not None:
        return world
    place = world.place(statement.into.rel)
    found = queries.output(tree.inner(statement.query), world)
    labels = names(statement.into.col_names)
    kept = statement.objtype == OBJECT_MATVIEW
    kind: type[Column] = MaterializedViewColumn if kept else TableColumn
    query = tree.statement(tree.inner(statement.query)) if kept else ""
    relation = (
        MaterializedView(place, definition=query, populated=not statement.into.skip_data) if kept else Table(place)
    )
    given = [(labels[at] if at < len(labels) else label, type) for at, (label, type) in enumerate(found)]
    facts = (kind((*place, label), position=at, type=type) for at, (label, type) in enumerate(given, 1))
    return world.after(made(relation, *facts))
