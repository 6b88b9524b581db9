"""Columns as a statement defines them, with their defaults and the sequences that come with them."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from seachange.catalog.facts import Fact, Path
from seachange.catalog.facts.relations import Column, DefaultValue, Sequence, TableColumn
from seachange.catalog.ref import Ref
from seachange.checks.making.facts import chosen, names
from seachange.checks.typed import is_serial, type_of
from seachange.checks.world import World
from seachange.sql import tree
from seachange.sql.nodes import (
    CONSTR_DEFAULT,
    CONSTR_GENERATED,
    CONSTR_IDENTITY,
    CONSTR_NOTNULL,
    CONSTR_PRIMARY,
    ColumnDef,
    Constraint,
)
from seachange.sql.quote import literal, path

IDENTITY = {"a": "always", "d": "by default"}


def column(table: Path, node: ColumnDef, world: World, position: int, kind: type[Column] = TableColumn) -> Column:
    """The column alone."""
    sorts = {each.constraint.contype: each.constraint for each in node.constraints}
    identity, generated = sorts.get(CONSTR_IDENTITY), sorts.get(CONSTR_GENERATED)
    required = {CONSTR_NOTNULL, CONSTR_PRIMARY, CONSTR_IDENTITY} & sorts.keys()
    return kind(
        (*table, node.colname),
        position=position,
        type=type_of(node.type_name, world) if node.HasField("type_name") else "",
        not_null=bool(required) or node.is_not_null or is_serial(node.type_name),
        collation=path(names(node.coll_clause.collname)) if node.HasField("coll_clause") else None,
        identity=IDENTITY.get(identity.generated_when) if identity is not None else None,
        generated=_generated(generated),
    )


def _generated(constraint: Constraint | None) -> str | None:
    if constraint is None:
        return None
    return "virtual" if constraint.generated_kind == "v" else "stored"


def beside(own: Column, node: ColumnDef, world: World) -> Iterator[Fact]:
    """What comes with a column: its default, its sequence."""
    table = own.names[:-1]
    for each in node.constraints:
        if each.constraint.contype in (CONSTR_DEFAULT, CONSTR_GENERATED):
            yield default(table, node.colname, each.constraint.raw_expr)
        elif each.constraint.contype == CONSTR_IDENTITY:
            yield sequence(own, world, identity=True)
    if is_serial(node.type_name):
        counter = sequence(own, world, identity=False)
        yield counter
        yield DefaultValue((*table, node.colname), expression=f"nextval({literal(path(counter.names))}::regclass)")


def default(table: Path, name: str, expression: Message) -> DefaultValue:
    return DefaultValue((*table, name), expression=tree.text(expression))


def sequence(column: Column, world: World, *, identity: bool) -> Sequence:
    """That of a column that counts by itself, of the column's type."""
    *table, name = column.names
    label = chosen(tuple(table), (name, "seq"), world, relation=True)
    return Sequence((table[0], label), type=column.type, owned_by=tuple(table), owned_by_column=name, identity=identity)


def default_of(table: Path, name: str) -> Ref:
    return Ref("default value", (*table, name))
