"""Which column of which table shows through a column of a view."""

from __future__ import annotations

from google.protobuf.message import Message

from seachange.catalog.catalog import Catalog
from seachange.catalog.facts.relations import MaterializedView, View
from seachange.repairs.places import is_table
from seachange.sql import tree
from seachange.sql.nodes import ColumnRef, Node, RangeVar, SelectStmt
from seachange.sql.relations import Name, name

Columns = tuple[str, ...]


def behind(catalog: Catalog, view: Name, columns: Columns) -> tuple[Name, Columns] | None:
    """The table and its columns; None where they are not simply passed on, or come from several tables."""
    found = {_column(catalog, view, column) for column in columns}
    tables = {one[0] for one in found if one}
    if None in found or len(tables) != 1:
        return None
    return tables.pop(), tuple(one[1] for column in columns if (one := _column(catalog, view, column)))


def narrows(catalog: Catalog, view: Name) -> bool:
    """Whether a view shows less than the table behind it: it filters, joins or groups."""
    query = _query(catalog, view)
    return query is None or query.HasField("where_clause") or len(_relations(query)) != 1 or bool(query.group_clause)


def _column(catalog: Catalog, relation: Name, column: str) -> tuple[Name, str] | None:
    if is_table(catalog, relation):
        return relation, column
    query = _query(catalog, relation)
    reference = _target(query, column) if query is not None else None
    if query is None or reference is None:
        return None
    words = [str(one.string.sval) for one in reference.fields]
    relations = _relations(query)
    source = next((one for one in relations if _called(one) == words[-2]), None) if len(words) > 1 else None
    source = source or (relations[0] if len(relations) == 1 else None)
    return _column(catalog, name(source), words[-1]) if source is not None else None


def _query(catalog: Catalog, view: Name) -> Node:
    facts: list[View | MaterializedView] = [*catalog.parts(view[:-1], View)]
    facts += catalog.parts(view[:-1], MaterializedView)
    found = [one.definition for one in facts if one.names == view]
    node: Message | None = tree.tree(found[0]) if found else None
    return node if isinstance(node, SelectStmt) and node.from_clause else None


def _target(query: Node, column: str) -> Node:
    for item in query.target_list:
        reference = tree.inner(item.res_target.val)
        if isinstance(reference, ColumnRef) and column == (item.res_target.name or reference.fields[-1].string.sval):
            return reference
    return None


def _relations(query: Node) -> list[Node]:
    return [one for item in query.from_clause for one in tree.walk(item) if isinstance(one, RangeVar)]


def _called(relation: Node) -> str:
    return str(relation.alias.aliasname) or str(relation.relname)
