"""Foreign keys in a statement: what they refer to, and with columns of which types."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message
from msgspec import Struct

from seachange.repairs.case import Case
from seachange.repairs.made import words
from seachange.repairs.places import a_type, columns, place
from seachange.sql.clauses import Place, Text, places
from seachange.sql.nodes import CONSTR_FOREIGN, AlterTableStmt, CreateStmt, Node
from seachange.sql.relations import Name, name


class Reference(Struct, frozen=True):
    """A foreign key: of which table, its own columns with their types, and what it refers to."""

    table: Name
    columns: tuple[str, ...]
    types: tuple[str | None, ...]
    target: Name
    keys: tuple[str, ...]
    node: Node


def is_foreign_key(constraint: Node) -> bool:
    return bool(constraint.contype == CONSTR_FOREIGN)


def references(case: Case, sql: str, node: Message | None) -> tuple[Reference, ...]:
    """The foreign keys that a CREATE TABLE or an ALTER TABLE makes."""
    if not isinstance(node, CreateStmt | AlterTableStmt):
        return ()
    text = Text(sql)
    found = places(text, node)
    if not any(is_foreign_key(one) for each in found for one in each.constraints):
        return ()
    types = _types(case, text, node, found)
    return tuple(_references(name(node.relation), found, types))


def _references(table: Name, found: list[Place], types: dict[str, str | None]) -> Iterator[Reference]:
    for each in found:
        for constraint in filter(is_foreign_key, each.constraints):
            own = (str(each.column.colname),) if each.column else words(constraint.fk_attrs)
            typed = tuple(types.get(column) for column in own)
            yield Reference(table, own, typed, name(constraint.pktable), words(constraint.pk_attrs), constraint)


def _types(case: Case, text: Text, node: Node, found: list[Place]) -> dict[str, str | None]:
    """The types of a table's columns: those that are there, and those that the statement makes."""
    there: dict[str, str | None] = {}
    if isinstance(node, AlterTableStmt):
        there.update(columns(case.catalog, place(case, name(node.relation))))
    made = {str(one.column.colname): a_type(case, type_written(text, one)) for one in found if one.column}
    return there | made


def type_written(text: Text, element: Place) -> str:
    """The type of a column as it stands in the statement."""
    column = element.column
    ends = [one.constraint.location for one in column.constraints]
    ends += [column.coll_clause.location] if column.HasField("coll_clause") else []
    end = min((text.at(at) for at in ends), default=element.end)
    return text.written(text.at(column.type_name.location), end)
